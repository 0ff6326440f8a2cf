import { CognitoError, UnsupportedError } from 'cognito-local/lib/errors.js';
import { Router } from 'cognito-local/lib/server/Router.js';
import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { createAttempts } from './attempts.ts';
import { signingKey } from './keys.ts';
import { createPools } from './pools.ts';
import { resendConfirmationCode } from './resend-code.ts';
import { createRules } from './rules.ts';
import { context, createServices } from './services.ts';

/** What Amazon Cognito lets anybody call who knows the client's id: no IAM permission is needed. */
const PUBLIC_ACTIONS = new Set([
  'ChangePassword',
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'DeleteUser',
  'ForgotPassword',
  'GetUser',
  'GlobalSignOut',
  'InitiateAuth',
  'ResendConfirmationCode',
  'RespondToAuthChallenge',
  'RevokeToken',
  'SignUp',
  'UpdateUserAttributes',
]);

/** Cognito: cognito-local inside this process, with the user pools of the templates. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const services = await createServices(cloud);
  await createPools(cloud, services);
  const pools = new Map(cloud.ofType('AWS::Cognito::UserPool').map(({ ref, arn }) => [ref, arn]));
  // Making a key takes a moment: better now than at the first sign-in.
  for (const id of pools.keys()) signingKey(cloud, id);
  const route = Router(services);
  const rules = createRules(services);
  const attempts = createAttempts();

  const perform = async (action: string, input: Record<string, unknown>) => {
    if (action === 'ResendConfirmationCode') {
      return resendConfirmationCode(services, input as { ClientId: string; Username: string });
    }
    return rules.after(action, input, await route(action)(context, input));
  };

  return {
    api: {
      unsigned: PUBLIC_ACTIONS,
      permissions: (action: string, { UserPoolId = '' }: { UserPoolId?: string }) =>
        PUBLIC_ACTIONS.has(action)
          ? []
          : [{ action: `cognito-idp:${action}`, resource: pools.get(UserPoolId) ?? '*' }],
      handle: async (action: string, input: Record<string, unknown>) => {
        try {
          const checked = await rules.before(action, input);
          return await attempts(action, userOf(checked), () => perform(action, checked));
        } catch (error) {
          throw toAwsError(action, error);
        }
      },
    },
    stop: async () => {},
  };
};

const userOf = (input: { Username?: string; AuthParameters?: { USERNAME?: string } }): string | undefined =>
  input.Username ?? input.AuthParameters?.USERNAME;

const toAwsError = (action: string, error: unknown): unknown => {
  if (error instanceof UnsupportedError) {
    return new AwsError(
      'UnknownOperationException',
      `cognito-idp:${action} does not run locally: ${error.message}`,
    );
  }
  if (!(error instanceof CognitoError)) return error;
  // AWS does not tell whether it was the address or the password.
  const isSignIn = action === 'InitiateAuth' || action === 'AdminInitiateAuth';
  if (isSignIn && ['InvalidPasswordException', 'NotAuthorizedException'].includes(error.code)) {
    return new AwsError('NotAuthorizedException', 'Incorrect username or password.');
  }
  if (error.code === 'UsernameExistsException') {
    return new AwsError(error.code, 'An account with the given email already exists.');
  }
  return new AwsError(error.code, error.message);
};
