import type { Services } from 'cognito-local/lib/services/index.js';
import { attributeValue } from 'cognito-local/lib/services/userPoolService.js';
import { AwsError } from '../cloud.ts';
import { context } from './services.ts';

interface Input {
  readonly ClientId: string;
  readonly Username: string;
}

/** ResendConfirmationCode, which cognito-local does not have: a new code, after which the old one is void. */
export const resendConfirmationCode = async (
  { cognito, messages, otp, clock }: Services,
  { ClientId, Username }: Input,
) => {
  const pool = await cognito.getUserPoolForClientId(context, ClientId);
  const user = await pool.getUserByUsername(context, Username);
  const Destination = attributeValue('email', user?.Attributes);
  if (user === null || Destination === undefined) {
    throw new AwsError('UserNotFoundException', 'Username/client id combination not found.');
  }
  if (user.UserStatus === 'CONFIRMED') {
    throw new AwsError('InvalidParameterException', 'User is already confirmed.');
  }
  const details = { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination } as const;
  const code = otp();
  await messages.deliver(context, 'ResendCode', ClientId, pool.options.Id, user, code, undefined, details);
  await pool.saveUser(context, { ...user, ConfirmationCode: code, UserLastModifiedDate: clock.get() });
  return { CodeDeliveryDetails: details };
};
