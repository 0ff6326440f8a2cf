import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { RefreshBody } from '../../requests.ts';

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body: RefreshBody, problems }, async ({ body: { refreshToken } }) => ({
    body: await identity.refresh(refreshToken),
  }));

export const handler = createHandler();
