import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { MessageRecorded, MessageSent } from '@emporium/contracts';
import {
  documentClient,
  isConditionFailed,
  isTransactionConflict,
  newId,
  outboxEntry,
} from '@emporium/functions';
import { resources } from '../resources.ts';
import { type Addressee, type Message, recordMessage } from './domain/message.ts';
import type { MessageContent } from './domain/templates.ts';
import { MessageBusy } from './errors.ts';

const partition = (customerId: string) => `CUSTOMER#${customerId}`;
const messageKey = ({ customerId, messageId }: { customerId: string; messageId: string }) => ({
  pk: partition(customerId),
  sk: `MESSAGE#${messageId}`,
});
const guardKey = (orderId: string, template: string) => ({
  pk: `ORDER#${orderId}`,
  sk: `MESSAGE#${template}`,
});

const strip = ({ pk: _pk, sk: _sk, kind: _kind, ...rest }: Record<string, unknown>) => rest;
const toMessage = (item: Record<string, unknown>) => strip(item) as unknown as Message;

/** The fact that goes out with a state. */
const outboxOf = (message: Message) => {
  const { messageId, customerId, orderId, content } = message;
  const options = { correlationId: orderId };
  switch (message.status) {
    case 'recorded':
      return [outboxEntry(MessageRecorded, { messageId, customerId }, options)];
    case 'sent': {
      const data = { messageId, customerId, template: content.template, channel: 'email' as const };
      return [outboxEntry(MessageSent, data, options)];
    }
    default:
      return [];
  }
};

export const messageStore = (
  client = documentClient(),
  tableName = () => resources.NotificationsTable.name,
) => {
  const get = async (Key: { pk: string; sk: string }) =>
    (await client.send(new GetCommand({ TableName: tableName(), Key, ConsistentRead: true }))).Item;

  /** The message and its event, with whatever has to hold or be written beside them: all or nothing. */
  const write = async (message: Message, condition: object, beside: { Put: { Item: object } }[] = []) => {
    const TableName = tableName();
    const Item = { ...messageKey(message), kind: 'message', ...message };
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item, ...condition } },
          ...beside.map(({ Put }) => ({ Put: { TableName, ...Put } })),
          ...outboxOf(message).map((Item) => ({ Put: { TableName, Item } })),
        ],
      }),
    );
  };

  const page = async (customerId: string, limit: number, after?: string) => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName(),
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :message)',
        ExpressionAttributeValues: { ':pk': partition(customerId), ':message': 'MESSAGE#' },
        ExclusiveStartKey: after ? messageKey({ customerId, messageId: after }) : undefined,
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    const messages = Items.map(toMessage);
    return { messages, next: LastEvaluatedKey && messages.at(-1)?.messageId };
  };

  return {
    /** Records a message, once per order and template; a repeat answers the first one's id. */
    async record(
      request: { orderId: string; customerId: string; content: MessageContent },
      now = new Date(),
    ): Promise<string> {
      const { orderId, customerId, content } = request;
      const messageId = newId('msg');
      const message = recordMessage({
        messageId,
        orderId,
        customerId,
        content,
        createdAt: now.toISOString(),
      });
      const key = guardKey(orderId, content.template);
      const ConditionExpression = 'attribute_not_exists(pk)';
      const guard = { Put: { Item: { ...key, kind: 'guard', messageId }, ConditionExpression } };
      try {
        await write(message, {}, [guard]);
        return messageId;
      } catch (error) {
        if (!isConditionFailed(error) && !isTransactionConflict(error)) throw error;
      }
      const recorded = await get(key);
      // Nothing there: the two met within one instant, and neither may yet have won.
      if (!recorded) throw new MessageBusy({ orderId });
      return recorded.messageId as string;
    },

    async find(customerId: string, messageId: string): Promise<Message | undefined> {
      const item = await get(messageKey({ customerId, messageId }));
      return item && toMessage(item);
    },

    /** Writes a message over its previous version. */
    async save<M extends Message>(message: M): Promise<M> {
      try {
        await write(message, {
          ConditionExpression: '#version = :previous',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':previous': message.version - 1 },
        });
        return message;
      } catch (error) {
        if (isConditionFailed(error) || isTransactionConflict(error)) {
          throw new MessageBusy({ messageId: message.messageId });
        }
        throw error;
      }
    },

    /** One page of a customer's messages, newest first. `next` is the message to go on after. */
    page,

    /** The customer's messages that wait for an address. */
    async waiting(customerId: string): Promise<(Message & { status: 'waiting' })[]> {
      const found: (Message & { status: 'waiting' })[] = [];
      let after: string | undefined;
      do {
        const { messages, next } = await page(customerId, 100, after);
        found.push(...messages.filter((message) => message.status === 'waiting'));
        after = next;
      } while (after);
      return found;
    },

    async addressee(customerId: string): Promise<Addressee | undefined> {
      const item = await get({ pk: partition(customerId), sk: 'ADDRESS' });
      return item && (strip(item) as unknown as Addressee);
    },

    async saveAddressee(addressee: Addressee): Promise<void> {
      const Item = { pk: partition(addressee.customerId), sk: 'ADDRESS', kind: 'address', ...addressee };
      await client.send(new PutCommand({ TableName: tableName(), Item }));
    },
  };
};

export type MessageStore = ReturnType<typeof messageStore>;
