import { DomainError } from '@emporium/functions';

/** Worth repeating: another delivery has the message, or wrote first. Its turn ends, or its claim runs out. */
export class MessageBusy extends DomainError {
  constructor(messageId: string) {
    super('MessageBusy', { messageId }, `Another delivery has ${messageId}.`);
  }
}

/** Final: the mail service takes this message from nobody. */
export class MessageRefused extends DomainError {
  readonly reason: string;

  constructor(messageId: string, reason: string) {
    super('MessageRefused', { messageId, reason }, `The mail service refuses ${messageId}: ${reason}.`);
    this.reason = reason;
  }
}
