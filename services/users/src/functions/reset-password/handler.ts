import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { Code, Email, NewPassword } from '../../domain/credentials.ts';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';

const body = v.object({ email: Email, code: Code, password: NewPassword });

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body, problems }, async ({ body }) => {
    await identity.resetPassword(body);
    return {};
  });

export const handler = createHandler();
