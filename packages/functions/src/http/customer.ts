import type { HttpEvent } from './input.ts';
import { HttpProblem } from './problem.ts';

/** Everyone signed in is a `customer`; the other roles are groups of the user pool. */
export type Role = 'customer' | 'admin' | 'support';

/** Who is asking. */
export interface Customer {
  /** The user pool's `sub`. */
  readonly id: string;
  readonly isAdmin: boolean;
  readonly groups: readonly string[];
}

/**
 * A token's groups. An HTTP API flattens the claim's list to the text `[admin ops]`; other gateways pass the
 * list itself or separate with commas.
 */
const groupsOf = (claim: unknown): readonly string[] => {
  if (Array.isArray(claim)) return claim.filter((group) => typeof group === 'string');
  if (typeof claim !== 'string') return [];
  return claim
    .replace(/^\[|\]$/g, '')
    .split(/[\s,]+/)
    .filter((group) => group !== '');
};

/**
 * The customer that the JWT authorizer let in, or nobody on a public route. The authorizer takes ID tokens, too,
 * which tell a client who has signed in and go to whoever it shows them to: here they open nothing.
 */
export const customerOf = (event: Pick<HttpEvent, 'requestContext'>): Customer | undefined => {
  const claims: Readonly<Record<string, unknown>> | undefined = event.requestContext?.authorizer?.jwt?.claims;
  if (claims?.token_use !== 'access' || typeof claims.sub !== 'string' || claims.sub === '') return undefined;
  const groups = groupsOf(claims['cognito:groups']);
  return { id: claims.sub, isAdmin: groups.includes('admin'), groups };
};

/** Refuses whoever has none of the roles. */
export const requireRole = (customer: Customer | undefined, roles: readonly Role[] | undefined): void => {
  if (!roles) return;
  if (!customer) {
    throw new HttpProblem(401, 'Sign in first', 'This needs an access token.', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  if (!roles.some((role) => role === 'customer' || customer.groups.includes(role))) {
    throw new HttpProblem(403, 'Not allowed', `This needs the role ${roles.join(' or ')}.`);
  }
};
