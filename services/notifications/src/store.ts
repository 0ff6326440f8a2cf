import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { MessageRecorded, MessageSent } from '@emporium/contracts';
import { documentClient, getAll, newId, outboxEntry, type Page, transact } from '@emporium/functions';
import { resources } from '../resources.ts';
import { type Addressee, type Message, recordMessage } from './domain/message.ts';
import type { MessageContent } from './domain/templates.ts';
import { MessageBusy } from './errors.ts';
import {
  addresseeItem,
  addresseeKey,
  guardKey,
  messageItem,
  messageKey,
  partition,
  toAddressee,
  toMessage,
} from './items.ts';

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

/** Customers' messages and addresses. */
export const messageStore = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.NotificationsTable,
) => {
  const get = async (Key: { pk: string; sk: string }) =>
    (await client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item;

  const put = (Item: object, condition = {}) => ({ Put: { TableName: table.name, Item, ...condition } });

  /** What writes a message with its event. */
  const writesOf = (message: Message, condition = {}) => [
    put(messageItem(message), condition),
    ...outboxOf(message).map((item) => put(item)),
  ];

  const listMessages = async (
    customerId: string,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Message, string>> => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :message)',
        ExpressionAttributeValues: { ':pk': partition(customerId), ':message': 'MESSAGE#' },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
        ...(cursor !== undefined && { ExclusiveStartKey: messageKey({ customerId, messageId: cursor }) }),
      }),
    );
    const items = Items.map(toMessage);
    return { items, next: LastEvaluatedKey && items.at(-1)?.messageId };
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
      const failed = await transact(client, [
        put({ ...key, kind: 'guard', messageId }, { ConditionExpression: 'attribute_not_exists(pk)' }),
        ...writesOf(message),
      ]);
      if (failed.length === 0) return messageId;
      return (await get(key))?.messageId;
    },

    /** A message and who is to get it, each as it is at the moment. */
    async findWithAddressee(
      customerId: string,
      messageId: string,
    ): Promise<{ message?: Message; addressee?: Addressee }> {
      const keys = [messageKey({ customerId, messageId }), addresseeKey(customerId)];
      const items = await getAll(client, { tableName: table.name, keys, consistent: true });
      const message = items.find(({ kind }) => kind === 'message');
      const addressee = items.find(({ kind }) => kind === 'address');
      return {
        ...(message && { message: toMessage(message) }),
        ...(addressee && { addressee: toAddressee(addressee) }),
      };
    },

    /** Writes a message over its previous version. */
    async save<M extends Message>(message: M): Promise<M> {
      const failed = await transact(
        client,
        writesOf(message, {
          ConditionExpression: 'version = :previous',
          ExpressionAttributeValues: { ':previous': message.version - 1 },
        }),
      );
      if (failed.length > 0) throw new MessageBusy(message.messageId);
      return message;
    },

    /** One page of a customer's messages, newest first. */
    listMessages,

    /** The customer's messages that wait for an address. */
    async waiting(customerId: string): Promise<(Message & { status: 'waiting' })[]> {
      const found: (Message & { status: 'waiting' })[] = [];
      let cursor: string | undefined;
      do {
        const { items, next } = await listMessages(customerId, { limit: 100, cursor });
        found.push(...items.filter((message) => message.status === 'waiting'));
        cursor = next;
      } while (cursor);
      return found;
    },

    async findAddressee(customerId: string): Promise<Addressee | undefined> {
      const item = await get(addresseeKey(customerId));
      return item && toAddressee(item);
    },

    async saveAddressee(addressee: Addressee): Promise<void> {
      await client.send(new PutCommand({ TableName: table.name, Item: addresseeItem(addressee) }));
    },
  };
};

export type MessageStore = ReturnType<typeof messageStore>;
