import {
  canBeDelivered,
  claim,
  handBack,
  type Message,
  markFailed,
  markSent,
  type RecordedMessage,
  type SendingMessage,
  type WaitingMessage,
  waitForAddress,
} from './domain/message.ts';
import { renderEmail } from './domain/templates.ts';
import { MessageBusy, MessageRefused } from './errors.ts';
import type { Mailer } from './mailer.ts';
import type { MessageStore } from './store.ts';

/** Longer than the function may run (`timeout` in common.yml), shorter than its queue hides a message (six times that). */
const CLAIM_SECONDS = 45;

type Store = Pick<MessageStore, 'findWithAddressee' | 'save' | 'findAddressee'>;

/**
 * Delivers a message at least once, and twice only where the process dies between the mail service's answer and the
 * write that follows it at once: SES takes no idempotency key, so one of the two has to come first.
 */
export const delivery = ({
  store,
  mailer,
  now = () => new Date(),
}: {
  store: Store;
  mailer: Mailer;
  now?: () => Date;
}) => {
  const send = async (message: SendingMessage, to: { email: string; name: string }): Promise<Message> => {
    const email = renderEmail(message.content, { orderId: message.orderId, name: to.name });
    try {
      const providerId = await mailer.send(to.email, email, message.messageId);
      return markSent(message, { sentAt: now().toISOString(), email: to.email, providerId });
    } catch (error) {
      if (error instanceof MessageRefused) return markFailed(message, error.reason);
      await store.save(handBack(message, now())).catch(() => undefined);
      throw error;
    }
  };

  return async ({ customerId, messageId }: { customerId: string; messageId: string }): Promise<void> => {
    const { message, addressee: known } = await store.findWithAddressee(customerId, messageId);
    if (!message || message.status === 'sent' || message.status === 'failed') return;
    if (!canBeDelivered(message, now())) throw new MessageBusy(messageId);

    let addressee = known;
    let claimable: RecordedMessage | WaitingMessage | SendingMessage = message;
    if (!addressee) {
      claimable = message.status === 'waiting' ? message : await store.save(waitForAddress(message));
      // The registration looks for waiting messages after it writes the address: whichever of us is later sees the other.
      addressee = await store.findAddressee(customerId);
      if (!addressee) return;
    }
    const claimed = await store.save(claim(claimable, new Date(now().getTime() + CLAIM_SECONDS * 1000)));
    await store.save(await send(claimed, addressee));
  };
};
