import type { NotTaken } from './not-taken.ts';

/** A CloudFormation template, as far as it is looked into. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly UpdatePolicy?: object;
  readonly DeletionPolicy?: string;
}

/**
 * The template without what the server does not take.
 *
 * @returns The template, and which rows it needed.
 * @throws Error when something that stays refers to what is left out, and the row doesn't say what stands for it.
 */
export const adapt = (
  template: Template,
  rows: readonly NotTaken[],
): { template: Template; needed: ReadonlySet<NotTaken> } => {
  const needed = new Set<NotTaken>();
  const rowsOf = (logicalId: string): NotTaken[] =>
    rows.filter(({ type }) => type === template.Resources[logicalId]?.Type);
  const leftOut = (logicalId: string) =>
    rowsOf(logicalId).find(({ property, attribute }) => property === undefined && attribute === undefined);

  /** What stands for a reference, where the server can't take it. */
  const replace = (logicalId: string, attribute: string): { by: unknown } | undefined => {
    const row = leftOut(logicalId) ?? rowsOf(logicalId).find((each) => each.attribute === attribute);
    if (!row) return undefined;
    needed.add(row);
    const by = row.instead?.[attribute];
    if (by) return { by: by(logicalId) };
    throw new Error(
      `${logicalId}.${attribute} (${row.type}) is referred to: say in verify/deploy/not-taken.ts what stands for it`,
    );
  };

  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const reference = referenceIn(value);
    const replaced = reference && replace(...reference);
    if (replaced) return replaced.by;
    const text = (value as Record<string, unknown>)['Fn::Sub'];
    if (text !== undefined) return { 'Fn::Sub': substitute(text as string | [string, object]) };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };

  /** References within the text of `Fn::Sub` become variables of it. */
  const substitute = (argument: string | [string, object]): unknown => {
    const [text, given] = typeof argument === 'string' ? [argument, {}] : argument;
    const variables: Record<string, unknown> = walk(given) as Record<string, unknown>;
    const replacedText = text.replace(
      /\$\{([^!}.]+)(?:\.([^}]+))?\}/g,
      (match, logicalId, attribute = 'Ref') => {
        const replaced = logicalId in given ? undefined : replace(logicalId, attribute);
        if (!replaced) return match;
        const name = `${logicalId}${attribute}`.replace(/\W/g, '');
        variables[name] = replaced.by;
        return `\${${name}}`;
      },
    );
    return Object.keys(variables).length > 0 ? [replacedText, variables] : replacedText;
  };

  const resources: Record<string, Resource> = {};
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const row = leftOut(logicalId);
    if (row) {
      needed.add(row);
      continue;
    }
    const { DependsOn = [], Properties, ...rest } = resource;
    let properties: unknown = Properties;
    for (const each of rowsOf(logicalId)) {
      const path = each.property?.split('.');
      if (!path || !has(properties, path)) continue;
      needed.add(each);
      properties = without(properties, path, each.inItsPlace);
    }
    const after = [DependsOn].flat().filter((id) => !leftOut(id));
    resources[logicalId] = {
      ...(walk({ ...rest, ...(properties !== undefined && { Properties: properties }) }) as Resource),
      ...(after.length > 0 && { DependsOn: after }),
    };
  }
  const outputs = template.Outputs && (walk(template.Outputs) as Record<string, unknown>);
  return { template: { ...template, Resources: resources, ...(outputs && { Outputs: outputs }) }, needed };
};

/** The logical id and attribute of `Ref` and `Fn::GetAtt`. */
const referenceIn = (value: object): [string, string] | undefined => {
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (others.length > 0) return undefined;
  if (name === 'Ref') return [argument, 'Ref'];
  if (name !== 'Fn::GetAtt') return undefined;
  const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : argument;
  return [logicalId, attribute.join('.')];
};

const has = (value: unknown, [name = '', ...rest]: readonly string[]): boolean => {
  if (Array.isArray(value)) return value.some((each) => has(each, [name, ...rest]));
  if (typeof value !== 'object' || value === null || !(name in value)) return false;
  return rest.length === 0 || has((value as Record<string, unknown>)[name], rest);
};

const without = (value: unknown, [name = '', ...rest]: readonly string[], inItsPlace = {}): unknown => {
  if (Array.isArray(value)) return value.map((each) => without(each, [name, ...rest], inItsPlace));
  if (typeof value !== 'object' || value === null || !(name in value)) return value;
  const { [name]: inner, ...others } = value as Record<string, unknown>;
  return rest.length === 0
    ? { ...others, ...inItsPlace }
    : { ...others, [name]: without(inner, rest, inItsPlace) };
};
