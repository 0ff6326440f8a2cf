import {
  AdminGetUserCommand,
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { traced } from '@emporium/functions';
import { resources } from '../resources.ts';
import { answered } from './cognito-errors.ts';
import { FurtherStepRequired } from './errors.ts';

/** What Cognito hands out unless the client says otherwise. */
const DEFAULT_EXPIRY_SECONDS = 3600;

const tokensOf = ({ AccessToken = '', IdToken = '', RefreshToken, ExpiresIn }: AuthenticationResultType) => ({
  accessToken: AccessToken,
  idToken: IdToken,
  ...(RefreshToken && { refreshToken: RefreshToken }),
  expiresIn: ExpiresIn ?? DEFAULT_EXPIRY_SECONDS,
});

let shared: CognitoIdentityProviderClient | undefined;
const sharedClient = () => (shared ??= traced(new CognitoIdentityProviderClient({})));

/** The user pool, in the shop's words. */
export const cognitoIdentity = (client = sharedClient) => {
  const ClientId = () => resources.UserPool.clientId;

  const authenticate = async (
    AuthFlow: 'USER_PASSWORD_AUTH' | 'REFRESH_TOKEN_AUTH',
    AuthParameters: Record<string, string>,
  ) => {
    const { AuthenticationResult, ChallengeName } = await client().send(
      new InitiateAuthCommand({ AuthFlow, ClientId: ClientId(), AuthParameters }),
    );
    if (!AuthenticationResult) throw new FurtherStepRequired(ChallengeName ?? 'unknown');
    return tokensOf(AuthenticationResult);
  };

  return {
    signUp: ({ email, password, name }: { email: string; password: string; name: string }) =>
      answered('signUp', async () => {
        await client().send(
          new SignUpCommand({
            ClientId: ClientId(),
            Username: email,
            Password: password,
            UserAttributes: [
              { Name: 'email', Value: email },
              { Name: 'name', Value: name },
            ],
          }),
        );
      }),

    confirm: ({ email, code }: { email: string; code: string }) =>
      answered('confirm', async () => {
        await client().send(
          new ConfirmSignUpCommand({ ClientId: ClientId(), Username: email, ConfirmationCode: code }),
        );
      }),

    resendCode: (email: string) =>
      answered('resendCode', async () => {
        await client().send(new ResendConfirmationCodeCommand({ ClientId: ClientId(), Username: email }));
      }),

    signIn: ({ email, password }: { email: string; password: string }) =>
      answered('signIn', () => authenticate('USER_PASSWORD_AUTH', { USERNAME: email, PASSWORD: password })),

    refresh: (refreshToken: string) =>
      answered('refresh', () => authenticate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refreshToken })),

    forgotPassword: (email: string) =>
      answered('forgotPassword', async () => {
        await client().send(new ForgotPasswordCommand({ ClientId: ClientId(), Username: email }));
      }),

    resetPassword: ({ email, code, password }: { email: string; code: string; password: string }) =>
      answered('resetPassword', async () => {
        await client().send(
          new ConfirmForgotPasswordCommand({
            ClientId: ClientId(),
            Username: email,
            ConfirmationCode: code,
            Password: password,
          }),
        );
      }),

    /** Who a confirmed address belongs to. */
    async customer(email: string): Promise<{ customerId: string; email: string; name: string }> {
      const { UserAttributes = [] } = await client().send(
        new AdminGetUserCommand({ UserPoolId: resources.UserPool.id, Username: email }),
      );
      const attributes = new Map(UserAttributes.map(({ Name, Value }) => [Name, Value]));
      const customerId = attributes.get('sub');
      if (!customerId) throw new Error('The user pool has a user without a sub');
      return { customerId, email: attributes.get('email') ?? email, name: attributes.get('name') ?? '' };
    },
  };
};

export type Identity = ReturnType<typeof cognitoIdentity>;
