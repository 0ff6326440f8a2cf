import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { EmailBody } from '../../requests.ts';

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body: EmailBody, problems }, async ({ body: { email } }) => {
    await identity.resendCode(email);
    return { status: 202, body: { email, next: 'confirm' } };
  });

export const handler = createHandler();
