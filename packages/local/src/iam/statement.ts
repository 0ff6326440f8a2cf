import { type Condition, compileConditions } from './conditions.ts';
import { glob, type Matches } from './glob.ts';
import { type Bind, bindVariables, holdsVariables, type Lookup } from './variables.ts';

type OneOrMany = string | readonly string[];
type Principal = '*' | Readonly<Record<string, OneOrMany>>;

/** A statement as a template has it. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Principal?: Principal;
  readonly NotPrincipal?: Principal;
  readonly Condition?: object;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement?: Statement | readonly Statement[];
}

/** A statement, ready to be asked. */
export interface CompiledStatement {
  readonly allows: boolean;
  /** Takes the action in lower case. */
  readonly action: Matches;
  /** Undefined where it depends on the request. */
  readonly resource: Matches | undefined;
  /** Whether a request that names action and resource fulfils what depends on it; undefined where nothing does. */
  readonly applies: ((resource: string, lookup: Lookup) => boolean) | undefined;
  readonly principal: { readonly of: Principal; readonly excluded: boolean } | undefined;
}

/** Which elements the statements of a policy have: a policy of a resource names principals, that of a role does not. */
export type Kind = 'identity' | 'resource' | 'trust';

/**
 * Compiles a policy.
 *
 * @throws Error that says what AWS would call malformed.
 */
export const compilePolicy = (
  { Version, Statement }: PolicyDocument,
  kind: Kind,
): readonly CompiledStatement[] => {
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') {
    throw new Error(`there is no policy language "${Version}"`);
  }
  if (Statement === undefined) throw new Error('it has no Statement');
  const statements = [Statement].flat() as readonly Statement[];
  return statements.map((statement) => compileStatement(statement, kind, Version === '2012-10-17'));
};

const compileStatement = (statement: Statement, kind: Kind, variables: boolean): CompiledStatement => {
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = statement;
  refuseMalformed(statement, kind);
  const action = oneOf(Action ?? NotAction, NotAction !== undefined, (text) => glob(text.toLowerCase()));
  const resources = Resource ?? NotResource ?? '*';
  const unconditional = Object.keys(Condition ?? {}).length === 0;
  const holds = unconditional ? undefined : compileConditions(Condition ?? {}, variables);
  const dynamic = variables && [resources].flat().some((text) => holdsVariables(text as string));
  const excluded = NotResource !== undefined;
  return {
    allows: Effect === 'Allow',
    action,
    resource: dynamic ? undefined : oneOf(resources, excluded, glob),
    applies: dynamic
      ? bound([resources].flat() as string[], excluded, holds)
      : holds && ((_, lookup) => holds(lookup)),
    principal: principalOf(statement),
  };
};

/** The same for the few statements whose resource names a variable. */
const bound = (patterns: readonly string[], excluded: boolean, holds: Condition | undefined) => {
  const binds: readonly Bind[] = patterns.map((text) => bindVariables(text, glob));
  return (resource: string, lookup: Lookup): boolean =>
    binds.some((bind) => bind(lookup)?.(resource)) !== excluded && (holds === undefined || holds(lookup));
};

const oneOf = (
  patterns: OneOrMany | undefined,
  excluded: boolean,
  compile: (text: string) => Matches,
): Matches => {
  const matchers = [patterns ?? '*'].flat().map((text) => compile(text as string));
  return (text) => matchers.some((matches) => matches(text)) !== excluded;
};

const principalOf = ({ Principal, NotPrincipal }: Statement): CompiledStatement['principal'] => {
  const of = Principal ?? NotPrincipal;
  return of === undefined ? undefined : { of, excluded: NotPrincipal !== undefined };
};

const elements: ReadonlySet<string> = new Set(
  'Sid Effect Action NotAction Resource NotResource Principal NotPrincipal Condition'.split(' '),
);

const refuseMalformed = (statement: Statement, kind: Kind): void => {
  const unknown = Object.keys(statement).find((name) => !elements.has(name));
  if (unknown !== undefined) throw new Error(`a statement has no element "${unknown}"`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`Effect is Allow or Deny, not ${JSON.stringify(statement.Effect)}`);
  }
  exactlyOne(statement, 'Action', 'NotAction');
  for (const action of [statement.Action ?? statement.NotAction ?? []].flat()) {
    if (action !== '*' && !/^[\w-]+:[\w*?-]+$/.test(String(action))) {
      throw new Error(`"${action}" is no action such as "sqs:SendMessage"`);
    }
  }
  if (kind === 'identity') {
    exactlyOne(statement, 'Resource', 'NotResource');
    if (statement.Principal !== undefined || statement.NotPrincipal !== undefined) {
      throw new Error('the policy of a role names no Principal');
    }
    return;
  }
  exactlyOne(statement, 'Principal', 'NotPrincipal');
  for (const name of principalsOf(statement.Principal ?? statement.NotPrincipal)) {
    if (name !== '*' && /[*?]/.test(name))
      throw new Error(`a Principal is "*" or has no wildcard, unlike "${name}"`);
  }
};

const principalsOf = (principal: Principal | undefined): string[] =>
  typeof principal === 'string'
    ? [principal]
    : Object.values(principal ?? {})
        .flat()
        .map(String);

const exactlyOne = (statement: Statement, one: keyof Statement, other: keyof Statement): void => {
  if ((statement[one] === undefined) === (statement[other] === undefined)) {
    throw new Error(`a statement has either ${one} or ${other}`);
  }
};
