import { httpHandler } from '@emporium/functions';
import * as v from 'valibot';
import { Email, Password } from '../../domain/credentials.ts';
import { customerIdOf } from '../../domain/token.ts';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { ensureRegistered } from '../../registration.ts';
import { userStore } from '../../store.ts';

const body = v.object({ email: Email, password: Password });

export const createHandler = ({ identity = cognitoIdentity(), store = userStore() } = {}) =>
  httpHandler({ body, problems }, async ({ body, correlationId }) => {
    const tokens = await identity.signIn(body);
    const customerId = customerIdOf(tokens.idToken);
    await ensureRegistered({ store, identity })(body.email, { correlationId, customerId });
    return { body: tokens };
  });

export const handler = createHandler();
