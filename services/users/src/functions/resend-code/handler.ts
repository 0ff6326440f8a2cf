import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { Email } from '../../domain/credentials.ts';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';

const body = v.object({ email: Email });

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body, problems }, async ({ body: { email } }) => {
    await identity.resendCode(email);
    return { status: 202, body: { email, next: 'confirm' } };
  });

export const handler = createHandler();
