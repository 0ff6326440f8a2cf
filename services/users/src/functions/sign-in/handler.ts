import { httpHandler } from '@emporium/functions';
import { customerIdOf } from '../../domain/token.ts';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { ensureRegistered } from '../../registration.ts';
import { SignInBody } from '../../requests.ts';
import { userStore } from '../../store.ts';

export const createHandler = ({ identity = cognitoIdentity(), store = userStore() } = {}) =>
  httpHandler({ body: SignInBody, problems }, async ({ body, correlationId }) => {
    const tokens = await identity.signIn(body);
    const customerId = customerIdOf(tokens.idToken);
    await ensureRegistered({ store, identity })(body.email, { correlationId, customerId });
    return { body: tokens };
  });

export const handler = createHandler();
