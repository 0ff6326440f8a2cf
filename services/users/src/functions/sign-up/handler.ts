import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { SignUpBody } from '../../requests.ts';

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body: SignUpBody, problems }, async ({ body }) => {
    await identity.signUp(body);
    return { status: 202, body: { email: body.email, next: 'confirm' } };
  });

export const handler = createHandler();
