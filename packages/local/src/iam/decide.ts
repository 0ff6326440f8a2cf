import type { RolePolicies } from './policies.ts';
import type { CompiledStatement } from './statement.ts';

/** How the policy of a resource names whom it grants: the wider the name, the less it decides alone. */
export type Naming = 'session' | 'principal' | 'account';

/** The statements that can speak to a question. */
export interface Candidates extends RolePolicies {
  readonly resource: readonly (CompiledStatement & { readonly naming: Naming })[];
  /** A service has no policies of its own. */
  readonly ofService: boolean;
  /** The policy of a key decides alone, unless it hands the decision to the account. */
  readonly ofKey: boolean;
}

export type Decision = 'allowed' | Denial;

export interface Denial {
  readonly explicit: boolean;
  readonly by: 'identity-based policy' | 'resource-based policy' | 'permissions boundary';
}

type Applies = (statement: CompiledStatement) => boolean;

/** What the policies of one account say: an explicit Deny wins over any Allow, and without an Allow nothing goes. */
export const decide = (candidates: Candidates, applies: Applies): Decision => {
  const { identity, boundary, resource, ofService, ofKey } = candidates;
  const denies = (statement: CompiledStatement) => !statement.allows && applies(statement);
  const allows = (statement: CompiledStatement) => statement.allows && applies(statement);
  if (identity.some(denies)) return { explicit: true, by: 'identity-based policy' };
  if (resource.some(denies)) return { explicit: true, by: 'resource-based policy' };
  if (boundary?.some(denies)) return { explicit: true, by: 'permissions boundary' };

  const namings = new Set(resource.filter(allows).map(({ naming }) => naming));
  if (ofService || (ofKey && namings.size === 0)) {
    return namings.size > 0 ? 'allowed' : { explicit: false, by: 'resource-based policy' };
  }
  // Who is named by its session is let in by that alone.
  if (namings.has('session')) return 'allowed';
  if (!namings.has('principal') && !identity.some(allows)) {
    return { explicit: false, by: 'identity-based policy' };
  }
  if (boundary !== undefined && !boundary.some(allows)) {
    return { explicit: false, by: 'permissions boundary' };
  }
  return 'allowed';
};
