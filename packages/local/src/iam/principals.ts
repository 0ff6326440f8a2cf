import type { Caller } from '../cloud.ts';
import type { Naming } from './decide.ts';
import type { CompiledStatement } from './statement.ts';

type Actor = Exclude<Caller, { kind: 'root' }>;

/** `arn:aws:sts::<account>:assumed-role/<role>/<name>`, or the name of a service. */
export const userOf = (accountId: string, caller: Actor): string =>
  caller.kind === 'service'
    ? caller.principal
    : `arn:aws:sts::${accountId}:assumed-role/${caller.roleArn.split('/').at(-1)}/${caller.name}`;

/** How a statement of a resource's policy names a caller; undefined where it speaks of somebody else. */
export const namingOf = (
  { principal }: CompiledStatement,
  caller: Actor,
  accountId: string,
): Naming | undefined => {
  if (principal === undefined) return undefined;
  const naming = matchPrincipal(principal.of, caller, accountId);
  if (!principal.excluded) return naming;
  return naming === undefined ? 'principal' : undefined;
};

const matchPrincipal = (
  principal: NonNullable<CompiledStatement['principal']>['of'],
  caller: Actor,
  accountId: string,
): Naming | undefined => {
  if (principal === '*') return 'principal';
  if (caller.kind === 'service') {
    return [principal.Service ?? []].flat().includes(caller.principal) ? 'principal' : undefined;
  }
  const names = new Set<string>([principal.AWS ?? []].flat());
  if (names.has(userOf(accountId, caller))) return 'session';
  if (names.has(caller.roleArn) || names.has('*')) return 'principal';
  return names.has(accountId) || names.has(`arn:aws:iam::${accountId}:root`) ? 'account' : undefined;
};
