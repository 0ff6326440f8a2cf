import type { Services } from 'cognito-local/lib/services/index.js';
import { attributesAppend } from 'cognito-local/lib/services/userPoolService.js';
import { AwsError } from '../cloud.ts';
import { checkPassword } from './password-policy.ts';
import { context } from './services.ts';
import { lifetime } from './tokens.ts';

type Input = Record<string, unknown>;
type Texts = Record<string, string>;

/** Where Amazon Cognito does more than cognito-local: before an operation, and to its answer. */
export const createRules = ({ cognito }: Services) => ({
  before: async (action: string, input: Input): Promise<Input> => {
    const request = lowerCaseAddress(input);
    const { ClientId, UserPoolId, Password, AuthFlow } = request as Texts;
    if (typeof Password === 'string' && action !== 'ConfirmDevice') {
      const pool = ClientId
        ? await cognito.getUserPoolForClientId(context, ClientId)
        : await cognito.getUserPool(context, UserPoolId ?? '');
      checkPassword(Password, pool.options.Policies?.PasswordPolicy);
    }
    if (action === 'InitiateAuth' && ClientId) await checkFlow(cognito, ClientId, AuthFlow ?? '');
    if (action === 'ConfirmSignUp') await checkUnconfirmed(cognito, request as Texts);
    return request;
  },

  after: async (action: string, input: Input, output: Input): Promise<Input> => {
    if (action === 'ConfirmSignUp') await markVerified(cognito, input as Texts);
    if (output.AuthenticationResult === undefined) return output;
    const client = await cognito.getAppClient(context, String(input.ClientId));
    const ExpiresIn = client === null ? 3600 : lifetime(client, 'AccessToken');
    const result = output.AuthenticationResult as Input;
    return { ...output, AuthenticationResult: { ...result, TokenType: 'Bearer', ExpiresIn } };
  },
});

/** Pools take user names without regard to case; cognito-local does not. */
const lowerCaseAddress = (input: Input): Input => {
  const { Username, AuthParameters } = input as { Username?: unknown; AuthParameters?: Texts };
  const lower = (name: unknown) =>
    typeof name === 'string' && name.includes('@') ? name.toLowerCase() : name;
  return {
    ...input,
    ...(Username !== undefined && { Username: lower(Username) }),
    ...(AuthParameters?.USERNAME !== undefined && {
      AuthParameters: { ...AuthParameters, USERNAME: lower(AuthParameters.USERNAME) },
    }),
  };
};

const checkFlow = async (cognito: Services['cognito'], clientId: string, flow: string): Promise<void> => {
  const client = await cognito.getAppClient(context, clientId);
  const allowed = client?.ExplicitAuthFlows;
  const needed = flow === 'REFRESH_TOKEN' ? 'ALLOW_REFRESH_TOKEN_AUTH' : `ALLOW_${flow}`;
  if (allowed !== undefined && !allowed.includes(needed)) {
    throw new AwsError('InvalidParameterException', `${flow} flow not enabled for this client`);
  }
};

const checkUnconfirmed = async (cognito: Services['cognito'], { ClientId = '', Username = '' }: Texts) => {
  const pool = await cognito.getUserPoolForClientId(context, ClientId);
  const user = await pool.getUserByUsername(context, Username);
  if (user?.UserStatus === 'CONFIRMED') {
    throw new AwsError('NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED');
  }
};

/** Whoever knew the code reads the mail that comes to this address. */
const markVerified = async (cognito: Services['cognito'], { ClientId = '', Username = '' }: Texts) => {
  const pool = await cognito.getUserPoolForClientId(context, ClientId);
  const user = await pool.getUserByUsername(context, Username);
  if (user === null) return;
  const Attributes = attributesAppend(user.Attributes, { Name: 'email_verified', Value: 'true' });
  await pool.saveUser(context, { ...user, Attributes });
};
