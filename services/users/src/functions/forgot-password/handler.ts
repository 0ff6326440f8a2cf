import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { Email } from '../../domain/credentials.ts';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';

const body = v.object({ email: Email });

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body, problems }, async ({ body: { email } }) => {
    await identity.forgotPassword(email);
    return { status: 202, body: { email, next: 'reset-password' } };
  });

export const handler = createHandler();
