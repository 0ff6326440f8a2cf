import { contentOf } from '@emporium/functions';
import type { Addressee, Message } from './domain/message.ts';

type Item = Record<string, unknown>;

export const partition = (customerId: string) => `CUSTOMER#${customerId}`;
export const messageKey = ({ customerId, messageId }: { customerId: string; messageId: string }) => ({
  pk: partition(customerId),
  sk: `MESSAGE#${messageId}`,
});
export const addresseeKey = (customerId: string) => ({ pk: partition(customerId), sk: 'ADDRESS' });
/** One message for each order and template: the guard says which. */
export const guardKey = (orderId: string, template: string) => ({
  pk: `ORDER#${orderId}`,
  sk: `MESSAGE#${template}`,
});

export const messageItem = (message: Message) => ({ ...messageKey(message), kind: 'message', ...message });
export const addresseeItem = (addressee: Addressee) => ({
  ...addresseeKey(addressee.customerId),
  kind: 'address',
  ...addressee,
});

export const toMessage = (item: Item) => contentOf<Message>(item);
export const toAddressee = (item: Item) => contentOf<Addressee>(item);
