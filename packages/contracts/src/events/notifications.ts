import * as v from 'valibot';
import { defineEvent } from '../define.ts';
import { CustomerId, MessageId } from '../values.ts';

/** The mail service has taken a message. */
export const MessageSent = defineEvent(
  'notifications',
  'MessageSent',
  v.object({
    messageId: MessageId,
    customerId: CustomerId,
    template: v.string(),
    channel: v.picklist(['email']),
  }),
);

/** A message is to be delivered: what notifications tells itself, so that delivery has a queue of its own. */
export const MessageRecorded = defineEvent(
  'notifications',
  'MessageRecorded',
  v.object({ messageId: MessageId, customerId: CustomerId }),
);
