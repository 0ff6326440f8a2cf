import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { EmailBody } from '../../requests.ts';

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body: EmailBody, problems }, async ({ body: { email } }) => {
    await identity.forgotPassword(email);
    return { status: 202, body: { email, next: 'reset-password' } };
  });

export const handler = createHandler();
