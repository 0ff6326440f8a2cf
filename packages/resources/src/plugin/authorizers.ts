import type { Description } from '../define-resources.ts';
import { pathName } from '../naming.ts';
import { getAtt, type Value } from '../template.ts';
import type { Serverless } from './serverless.ts';

type Authorizers = NonNullable<NonNullable<Serverless['service']['provider']['httpApi']>['authorizers']>;

/**
 * The shared authorizers read the user pool's parameters. The pool's own stack can't: CloudFormation reads parameters
 * before it creates anything, so they don't exist at the first deployment. There the pool itself is referred to.
 */
export const useOwnUserPools = (
  authorizers: Authorizers,
  { context, definitions }: Description,
  stage: string,
): void => {
  const own = new Map<string, Value>();
  for (const [name, { kind }] of Object.entries(definitions)) {
    if (kind !== 'userPool') continue;
    const path = pathName({ context, name }, stage);
    own.set(`{{resolve:ssm:${path}/issuer}}`, getAtt(name, 'ProviderURL'));
    own.set(`{{resolve:ssm:${path}/clientId}}`, { Ref: `${name}Client` });
  }
  const replace = (value: Value): Value => (typeof value === 'string' ? (own.get(value) ?? value) : value);
  for (const authorizer of Object.values(authorizers)) {
    if (authorizer.issuerUrl !== undefined) authorizer.issuerUrl = replace(authorizer.issuerUrl);
    if (authorizer.audience !== undefined) authorizer.audience = [authorizer.audience].flat().map(replace);
  }
};
