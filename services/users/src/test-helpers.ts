import { samples } from '@emporium/testing';

export const { customerId } = samples;
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
