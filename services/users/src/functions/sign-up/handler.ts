import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { Email, Name, NewPassword } from '../../domain/credentials.ts';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';

const body = v.object({ email: Email, password: NewPassword, name: Name });

export const createHandler = ({ identity = cognitoIdentity() } = {}) =>
  httpHandler({ body, problems }, async ({ body }) => {
    await identity.signUp(body);
    return { status: 202, body: { email: body.email, next: 'confirm' } };
  });

export const handler = createHandler();
