import type { Message } from './domain/message.ts';
import { renderEmail } from './domain/templates.ts';

/** A message as its customer sees it. Who has it at the moment is no business of theirs. */
export const messageView = (message: Message, name: string) => {
  const { messageId, orderId, content, createdAt } = message;
  const { subject, text } = renderEmail(content, { orderId, name });
  return {
    messageId,
    orderId,
    template: content.template,
    subject,
    text,
    status: message.status === 'sending' ? 'recorded' : message.status,
    createdAt,
    ...(message.status === 'sent' && { sentAt: message.sentAt, email: message.email }),
  };
};
