import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { ResetPasswordBody } from '../../requests.ts';

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body: ResetPasswordBody, problems }, async ({ body }) => {
    await identity.resetPassword(body);
    return {};
  });

export const handler = createHandler();
