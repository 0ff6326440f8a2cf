import type { MessageContent } from './templates.ts';

interface Recorded {
  readonly messageId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly content: MessageContent;
  readonly createdAt: string;
  /** Grows with every write; the next write names it. */
  readonly version: number;
}

/** To be delivered. */
export type RecordedMessage = Recorded & { readonly status: 'recorded' };
/** Has no address to go to until the customer's registration arrives. */
export type WaitingMessage = Recorded & { readonly status: 'waiting' };
/** One deliverer has it; after `claimedUntil` it must have crashed, and another may take over. */
export type SendingMessage = Recorded & { readonly status: 'sending'; readonly claimedUntil: string };
export type SentMessage = Recorded & {
  readonly status: 'sent';
  readonly sentAt: string;
  readonly email: string;
  /** What the mail service calls it. */
  readonly providerId: string;
};
/** Refused for good. */
export type FailedMessage = Recorded & { readonly status: 'failed'; readonly reason: string };

export type Message = RecordedMessage | WaitingMessage | SendingMessage | SentMessage | FailedMessage;

/** Where a customer's e-mail goes: this context's own copy. */
export interface Addressee {
  readonly customerId: string;
  readonly email: string;
  readonly name: string;
}

type Facts = Pick<Message, 'messageId' | 'orderId' | 'customerId' | 'content' | 'createdAt'>;

export const recordMessage = (facts: Facts): RecordedMessage => ({
  ...facts,
  status: 'recorded',
  version: 1,
});

const factsOf = ({ messageId, orderId, customerId, content, createdAt, version }: Message) => ({
  messageId,
  orderId,
  customerId,
  content,
  createdAt,
  version: version + 1,
});

/** Sent and refused are ends; a live claim is somebody else's. */
export const canBeDelivered = (
  message: Message,
  now: Date,
): message is RecordedMessage | WaitingMessage | SendingMessage =>
  message.status === 'recorded' ||
  message.status === 'waiting' ||
  (message.status === 'sending' && message.claimedUntil <= now.toISOString());

export const claim = (
  message: RecordedMessage | WaitingMessage | SendingMessage,
  claimedUntil: Date,
): SendingMessage => ({ ...factsOf(message), status: 'sending', claimedUntil: claimedUntil.toISOString() });

/** Gives up a claim, so that the next attempt need not wait for it to run out. */
export const handBack = (message: SendingMessage, now: Date): SendingMessage => claim(message, now);

/** The address has arrived: delivery starts anew. */
export const resume = (message: WaitingMessage): RecordedMessage => ({
  ...factsOf(message),
  status: 'recorded',
});

export const waitForAddress = (message: RecordedMessage | SendingMessage): WaitingMessage => ({
  ...factsOf(message),
  status: 'waiting',
});

export const markSent = (
  message: SendingMessage,
  sent: Pick<SentMessage, 'sentAt' | 'email' | 'providerId'>,
): SentMessage => ({ ...factsOf(message), ...sent, status: 'sent' });

export const markFailed = (message: SendingMessage, reason: string): FailedMessage => ({
  ...factsOf(message),
  status: 'failed',
  reason,
});
