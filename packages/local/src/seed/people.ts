import { AwsError, type Caller, type Cloud } from '../cloud.ts';
import { demoAdmin, demoCustomer } from './demo.ts';

const root: Caller = { kind: 'root' };

/** The demo customer and administrator, made as an operator makes them: by Cognito's admin API. */
export const seedPeople = async (cloud: Cloud): Promise<void> => {
  const UserPoolId = cloud.ofType('AWS::Cognito::UserPool')[0]?.ref;
  const call = (action: string, input: object) =>
    cloud.call(root, 'cognito-idp', action, { UserPoolId, ...input });

  const create = async ({ email, password, name }: typeof demoCustomer, group: string) => {
    const Username = email;
    const UserAttributes = Object.entries({ email, email_verified: 'true', name }).map(([Name, Value]) => ({
      Name,
      Value,
    }));
    await call('AdminCreateUser', { Username, UserAttributes, MessageAction: 'SUPPRESS' }).catch(
      unlessExists,
    );
    await call('AdminSetUserPassword', { Username, Password: password, Permanent: true });
    await call('AdminAddUserToGroup', { Username, GroupName: group });
  };
  await create(demoCustomer, 'customer');
  await create(demoAdmin, 'admin');
};

/** A start that was interrupted half-way is carried on. */
const unlessExists = (error: unknown): void => {
  if (!(error instanceof AwsError && error.code === 'UsernameExistsException')) throw error;
};
