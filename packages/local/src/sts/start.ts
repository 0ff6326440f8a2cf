import { type Api, AwsError, type Caller, type Cloud, type Running } from '../cloud.ts';
import { userOf } from '../iam/principals.ts';

/** STS: who am I? Everybody may ask. */
export const start = async ({ accountId }: Cloud): Promise<Running & { readonly api: Api }> => ({
  api: {
    permissions: () => [],
    handle: async (action: string, _input: unknown, caller: Caller) => {
      if (action !== 'GetCallerIdentity') {
        throw new AwsError('UnknownOperationException', `sts:${action} does not run locally`);
      }
      return { ...identityOf(caller, accountId), Account: accountId };
    },
  },
  stop: async () => {},
});

const identityOf = (caller: Caller, accountId: string): { Arn: string; UserId: string } => {
  if (caller.kind === 'root') return { Arn: `arn:aws:iam::${accountId}:root`, UserId: accountId };
  const Arn = userOf(accountId, caller);
  // The role's own id would stand before the colon; nothing here has one but the template.
  return { Arn, UserId: Arn.split('/').slice(1).join(':') };
};
