import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { RefreshToken } from '../../domain/credentials.ts';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';

const body = v.object({ refreshToken: RefreshToken });

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body, problems }, async ({ body: { refreshToken } }) => ({
    body: await identity.refresh(refreshToken),
  }));

export const handler = createHandler();
