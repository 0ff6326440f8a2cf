export const customerId = '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f';
export const password = 'Correct-horse-7';

export const cognitoError = (name: string, message = name) => Object.assign(new Error(message), { name });

const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens as the user pool gives them; nobody checks their signature here. */
export const authentication = {
  AuthenticationResult: {
    AccessToken: 'access',
    IdToken: `${segment({ alg: 'RS256' })}.${segment({ sub: customerId, email: 'ada@example.com' })}.signature`,
    RefreshToken: 'refresh',
    ExpiresIn: 3600,
  },
};

export const user = {
  Username: customerId,
  UserAttributes: [
    { Name: 'sub', Value: customerId },
    { Name: 'email', Value: 'ada@example.com' },
    { Name: 'name', Value: 'Ada' },
  ],
};

/** The status and the parsed answer. */
export const read = async (
  answer: Promise<{ statusCode?: number | undefined; body?: string | undefined }>,
) => {
  const { statusCode, body } = await answer;
  return { status: statusCode, body: body ? JSON.parse(body) : undefined };
};
