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

/** The JSONPath that EventBridge knows: names, quoted names, indices and `*`. */
const PATH = /^\$(?:\.[\w/-]+|\.\*|\[(?:'[^']*'|"[^"]*"|\d+|\*)\])*$/;
const STEP = /\.([\w/-]+|\*)|\[(?:'([^']*)'|"([^"]*)"|(\d+|\*))\]/g;
const PLACEHOLDER = /<([\w.-]+)>/g;

const childOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

/** Follows a path such as `$.detail.lines[0].sku`; behind a `*` it gives all that it finds, undefined where there is nothing. */
const follow = (event: unknown, path: string): unknown => {
  let found: unknown[] = [event];
  let isMany = false;
  for (const [, name, quoted, doubled, index] of path.matchAll(STEP)) {
    const key = name ?? quoted ?? doubled ?? index ?? '';
    if (quoted === undefined && doubled === undefined && key === '*') {
      isMany = true;
      found = found.flatMap((value) =>
        typeof value === 'object' && value !== null ? Object.values(value) : [],
      );
    } else found = found.map((value) => childOf(value, key)).filter((value) => value !== undefined);
  }
  return isMany && found.length > 0 ? found : found[0];
};

const reserved: Readonly<Record<string, (event: Envelope, rule: Rule) => unknown>> = {
  'aws.events.rule-arn': (_, { arn }) => arn,
  'aws.events.rule-name': (_, { name }) => name,
  'aws.events.event.ingestion-time': ({ time }) => time,
  // AWS renames one field here, and leaves another out.
  'aws.events.event': ({ detail: _, 'detail-type': detailType, ...head }) => ({ ...head, detailType }),
  'aws.events.event.json': (event) => event,
};

/** Inside quotes a text stays text and everything else loses its quotes, outside all stays JSON; what is missing is an empty text. */
const fill = (template: string, valueFor: (name: string) => unknown): string => {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (found, name?: string) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined) return found;
    const value = valueFor(name);
    if (!quoted) return JSON.stringify(value === undefined ? '' : value);
    if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
    return value === undefined ? '' : JSON.stringify(value).replaceAll('"', '');
  });
};

/** Throws, in AWS's words, for an input that PutTargets would refuse. */
export const checkInput = (id: string, { Input, InputPath, InputTransformer }: InputOptions): void => {
  if ([Input, InputPath, InputTransformer].filter((option) => option !== undefined).length > 1)
    throw new Error(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer ?? {};
  const paths = [...Object.entries(InputPathsMap), ...(InputPath === undefined ? [] : [['', InputPath]])];
  for (const [, path = ''] of paths)
    if (!PATH.test(path)) throw new Error(`Invalid InputPath for target ${id} : ${path}.`);
  for (const name of Object.keys(InputPathsMap))
    if (name.toUpperCase().startsWith('AWS'))
      throw new Error(`InputPathsMap for target ${id} contains reserved key ${name}.`);
  for (const [, name = ''] of InputTemplate.matchAll(PLACEHOLDER))
    if (!Object.hasOwn(InputPathsMap, name) && !Object.hasOwn(reserved, name))
      throw new Error(`InputTemplate for target ${id} contains invalid placeholder ${name}.`);
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
  return fill(InputTemplate, (name) => {
    const path = InputPathsMap[name];
    return path === undefined ? reserved[name]?.(event, rule) : follow(event, path);
  });
};
