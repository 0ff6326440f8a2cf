import type { Envelope } from './events.ts';

/** What a target gets instead of the whole event. */
export interface InputOptions {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

interface Rule {
  readonly arn: string;
  readonly name: string;
}

const STEP = /\.([^.[\]]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+|\*))\]/g;

/** Follows a path such as `$.detail.lines[0].sku` or `$.resources[*]`. */
const follow = (event: unknown, path: string): unknown => {
  let value: unknown = event;
  for (const [, name, quoted, doubled, index] of path.matchAll(STEP)) {
    if (index === '*') continue;
    if (typeof value !== 'object' || value === null) return undefined;
    const key = name ?? quoted ?? doubled ?? index ?? '';
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
};

const reserved = (event: Envelope, { arn, name }: Rule): Record<string, unknown> => {
  const { detail: _, ...head } = event;
  return {
    'aws.events.rule-arn': arn,
    'aws.events.rule-name': name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': head,
    'aws.events.event.json': event,
  };
};

/** Inside quotes a value becomes text, outside it stays JSON. */
const fill = (template: string, values: Readonly<Record<string, unknown>>): string => {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (found, name?: string) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined || !Object.hasOwn(values, name)) return found;
    const value = values[name];
    if (!quoted) return JSON.stringify(value ?? null);
    const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
};

/** The JSON text that a target gets for an event. */
export const inputFor = (
  event: Envelope,
  { Input, InputPath, InputTransformer }: InputOptions,
  rule: Rule,
): string => {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(follow(event, InputPath) ?? null);
  if (!InputTransformer) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const values = Object.entries(InputPathsMap).map(([name, path]) => [name, follow(event, path)]);
  return fill(InputTemplate, { ...reserved(event, rule), ...Object.fromEntries(values) });
};
