import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { cognitoIdentity } from '../../identity.ts';
import { ensureRegistered } from '../../registration.ts';
import { ConfirmSignUpBody } from '../../requests.ts';
import { userStore } from '../../store.ts';

export const createHandler = ({ identity = cognitoIdentity(), store = userStore() } = {}) =>
  httpHandler({ body: ConfirmSignUpBody, problems }, async ({ body, correlationId }) => {
    await identity.confirm(body);
    await ensureRegistered({ store, identity })(body.email, { correlationId });
    return {};
  });

export const handler = createHandler();
