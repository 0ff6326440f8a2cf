import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { Code, Email } from '../../domain/credentials.ts';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { ensureRegistered } from '../../registration.ts';
import { userStore } from '../../store.ts';

const body = v.object({ email: Email, code: Code });

export const createHandler = ({ identity = cognitoIdentity(), store = userStore() } = {}) =>
  httpHandler({ body, problems }, async ({ body, correlationId }) => {
    await identity.confirm(body);
    await ensureRegistered({ store, identity })(body.email, { correlationId });
    return {};
  });

export const handler = createHandler();
