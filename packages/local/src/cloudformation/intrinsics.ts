/** What an intrinsic function may ask of the template it stands in. */
export interface Scope {
  ref(name: string, at: string): unknown;
  attribute(logicalId: string, attribute: string, at: string): unknown;
  importValue(name: string, at: string): unknown;
  condition(name: string, at: string): boolean;
  mapping(map: string, top: string, second: string, at: string): unknown;
  /** `{{resolve:ssm:…}}`. */
  parameter(name: string, at: string): string;
  readonly region: string;
  fail(at: string, message: string): Error;
}

/** `{ Ref: AWS::NoValue }`: the property is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

type Evaluate = (argument: unknown, scope: Scope, at: string) => unknown;

/** Gives `value` with its intrinsic functions and dynamic references replaced; `at` is the path that errors name. */
export const resolve: Evaluate = (value, scope, at) => {
  const resolved = evaluate(value, scope, at);
  return resolved === NO_VALUE ? undefined : resolved;
};

const evaluate: Evaluate = (value, scope, at) => {
  if (typeof value === 'string') return dynamicReferences(value, scope, at);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    return value.map((item, index) => evaluate(item, scope, `${at}.${index}`)).filter((v) => v !== NO_VALUE);
  }
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const intrinsic = intrinsics[only[0]];
    if (intrinsic !== undefined) return intrinsic(only[1], scope, at);
    if (only[0].startsWith('Fn::')) throw scope.fail(at, `${only[0]} is not supported`);
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, evaluate(item, scope, `${at}.${key}`)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
};

const dynamicReferences = (text: string, scope: Scope, at: string): string =>
  text.includes('{{resolve:ssm:')
    ? text.replace(/\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}/g, (_, name: string) => scope.parameter(name, at))
    : text;

const list: (value: unknown, scope: Scope, at: string) => unknown[] = (value, scope, at) => {
  const resolved = resolve(value, scope, at);
  if (!Array.isArray(resolved)) throw scope.fail(at, 'a list is expected here');
  return resolved;
};

const conditions: Evaluate = (value, scope, at) => {
  const condition = value as Record<string, unknown>;
  if (typeof condition.Condition === 'string') return scope.condition(condition.Condition, at);
  return evaluate(value, scope, at);
};

const getAtt: Evaluate = (argument, scope, at) => {
  const [logicalId = '', ...path] =
    typeof argument === 'string' ? argument.split('.') : (argument as unknown[]).map(String);
  return scope.attribute(logicalId, path.join('.'), at);
};

const sub: Evaluate = (argument, scope, at) => {
  const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
    string,
    Record<string, unknown>,
  ];
  const substituted = text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (variables !== undefined && name in variables) return String(resolve(variables[name], scope, at));
    return String(name.includes('.') ? getAtt(name, scope, at) : scope.ref(name.trim(), at));
  });
  return dynamicReferences(substituted, scope, at);
};

const intrinsics: Record<string, Evaluate> = {
  Ref: (name, scope, at) => (name === 'AWS::NoValue' ? NO_VALUE : scope.ref(String(name), at)),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': sub,
  'Fn::Join': (argument, scope, at) => {
    const [separator, items] = argument as [string, unknown];
    return dynamicReferences(list(items, scope, at).join(separator), scope, at);
  },
  'Fn::Select': (argument, scope, at) => {
    const [index, items] = argument as [unknown, unknown];
    const position = Number(resolve(index, scope, at));
    const selected = list(items, scope, at)[position];
    if (selected === undefined) throw scope.fail(at, `Fn::Select finds nothing at ${position}`);
    return selected;
  },
  'Fn::Split': (argument, scope, at) => {
    const [separator, text] = argument as [string, unknown];
    return String(resolve(text, scope, at)).split(separator);
  },
  'Fn::If': (argument, scope, at) => {
    const [name, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return evaluate(scope.condition(name, at) ? whenTrue : whenFalse, scope, at);
  },
  'Fn::Equals': (argument, scope, at) => {
    const [left, right] = list(argument, scope, at);
    return String(left) === String(right);
  },
  'Fn::And': (argument, scope, at) => (argument as unknown[]).every((item) => conditions(item, scope, at)),
  'Fn::Or': (argument, scope, at) => (argument as unknown[]).some((item) => conditions(item, scope, at)),
  'Fn::Not': (argument, scope, at) => !conditions((argument as unknown[])[0], scope, at),
  'Fn::FindInMap': (argument, scope, at) => {
    const [map, top, second] = list(argument, scope, at).map(String) as [string, string, string];
    return scope.mapping(map, top, second, at);
  },
  'Fn::ImportValue': (argument, scope, at) => scope.importValue(String(resolve(argument, scope, at)), at),
  'Fn::Base64': (argument, scope, at) => Buffer.from(String(resolve(argument, scope, at))).toString('base64'),
  'Fn::GetAZs': (_, scope) => ['a', 'b', 'c'].map((zone) => `${scope.region}${zone}`),
  'Fn::ToJsonString': (argument, scope, at) => JSON.stringify(resolve(argument, scope, at)),
  'Fn::Length': (argument, scope, at) => list(argument, scope, at).length,
};
