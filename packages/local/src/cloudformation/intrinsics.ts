import { shapes } from './shapes.ts';

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
  for (const [name, argument] of entries) {
    if (name !== 'Ref' && !name.startsWith('Fn::')) continue;
    if (entries.length === 1) return call(name, argument, scope, at);
    // A property may well be called Ref; a function beside anything else is a slip.
    if (name !== 'Ref')
      throw scope.fail(at, `${name} has to stand alone, but there are other keys beside it`);
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, evaluate(item, scope, `${at}.${key}`)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
};

const call = (name: string, argument: unknown, scope: Scope, at: string): unknown => {
  const intrinsic = intrinsics[name];
  if (name === 'Fn::Transform' || name.startsWith('Fn::ForEach')) {
    throw scope.fail(
      at,
      `${name} needs a macro, and none runs on this machine: write out what it would give`,
    );
  }
  if (intrinsic === undefined) throw scope.fail(at, `${name} is not supported`);
  const [is, form] = shapes[name] ?? [];
  if (is !== undefined && !is(argument)) throw scope.fail(at, `${name} takes ${form}`);
  return intrinsic(argument, scope, at);
};

const DYNAMIC = /\{\{resolve:([^:}]+):([^}]*)\}\}/g;

/** Secrets are left as they are: their values exist once Secrets Manager runs. */
const dynamicReferences = (text: string, scope: Scope, at: string): string =>
  text.includes('{{resolve:')
    ? text.replace(DYNAMIC, (reference, service: string, rest: string) => {
        if (service === 'secretsmanager' || service === 'ssm-secure') return reference;
        if (service !== 'ssm') {
          throw scope.fail(at, `${reference} is neither ssm, ssm-secure nor secretsmanager`);
        }
        return scope.parameter(rest.replace(/:\d+$/, ''), at);
      })
    : text;

const list = (value: unknown, scope: Scope, at: string): unknown[] => {
  const resolved = resolve(value, scope, at);
  if (!Array.isArray(resolved)) throw scope.fail(at, 'a list is expected here');
  return resolved;
};

/** What goes into a text has to be one. */
const toText = (value: unknown, scope: Scope, at: string): string => {
  if (value !== undefined && value !== null && typeof value !== 'object') return String(value);
  throw scope.fail(at, `a text is expected here, not ${JSON.stringify(value) ?? 'nothing'}`);
};

const text = (value: unknown, scope: Scope, at: string): string =>
  toText(resolve(value, scope, at), scope, at);

/** Whether a condition holds; it may name another one. */
export const resolveCondition = (value: unknown, scope: Scope, at: string): boolean => {
  const { Condition } = (value ?? {}) as Record<string, unknown>;
  if (typeof Condition === 'string') return scope.condition(Condition, at);
  const holds = evaluate(value, scope, at);
  if (typeof holds !== 'boolean') throw scope.fail(at, 'a condition is expected here');
  return holds;
};

const getAtt: Evaluate = (argument, scope, at) => {
  const [logicalId = '', ...path] =
    typeof argument === 'string' ? argument.split('.') : (argument as unknown[]);
  return scope.attribute(String(logicalId), path.map((part) => text(part, scope, at)).join('.'), at);
};

const sub: Evaluate = (argument, scope, at) => {
  const [template, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
    string,
    Record<string, unknown>,
  ];
  const substituted = template.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, inner: string) => {
    if (literal !== '') return `\${${inner}}`;
    const name = inner.trim();
    if (Object.hasOwn(variables, name)) return text(variables[name], scope, `${at} \${${name}}`);
    const value = name.includes('.') ? getAtt(name, scope, at) : scope.ref(name, at);
    return toText(value, scope, `${at} \${${name}}`);
  });
  return dynamicReferences(substituted, scope, at);
};

const intrinsics: Record<string, Evaluate> = {
  Ref: (name, scope, at) => (name === 'AWS::NoValue' ? NO_VALUE : scope.ref(String(name), at)),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': sub,
  'Fn::Join': (argument, scope, at) => {
    const [separator, items] = argument as [string, unknown];
    const parts = list(items, scope, at).map((item, index) => toText(item, scope, `${at}.${index}`));
    return dynamicReferences(parts.join(separator), scope, at);
  },
  'Fn::Select': (argument, scope, at) => {
    const [index, items] = argument as [unknown, unknown];
    const position = Number(resolve(index, scope, at));
    const selected = list(items, scope, at)[position];
    if (selected === undefined) throw scope.fail(at, `Fn::Select finds nothing at ${position}`);
    return selected;
  },
  'Fn::Split': (argument, scope, at) => {
    const [separator, whole] = argument as [string, unknown];
    return text(whole, scope, at).split(separator);
  },
  'Fn::If': (argument, scope, at) => {
    const [name, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return evaluate(scope.condition(name, at) ? whenTrue : whenFalse, scope, at);
  },
  'Fn::Equals': (argument, scope, at) => {
    const [left, right] = list(argument, scope, at).map((value) =>
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    );
    return left === right;
  },
  'Fn::And': (argument, scope, at) =>
    (argument as unknown[]).every((item) => resolveCondition(item, scope, at)),
  'Fn::Or': (argument, scope, at) =>
    (argument as unknown[]).some((item) => resolveCondition(item, scope, at)),
  'Fn::Not': (argument, scope, at) => !resolveCondition((argument as unknown[])[0], scope, at),
  'Fn::FindInMap': (argument, scope, at) => {
    const [map, top, second] = list(argument, scope, at).map(String) as [string, string, string];
    return scope.mapping(map, top, second, at);
  },
  'Fn::ImportValue': (argument, scope, at) => scope.importValue(text(argument, scope, at), at),
  'Fn::Base64': (argument, scope, at) => Buffer.from(text(argument, scope, at)).toString('base64'),
  'Fn::GetAZs': (_, scope) => ['a', 'b', 'c'].map((zone) => `${scope.region}${zone}`),
  'Fn::ToJsonString': (argument, scope, at) => JSON.stringify(resolve(argument, scope, at)),
  'Fn::Length': (argument, scope, at) => list(argument, scope, at).length,
};
