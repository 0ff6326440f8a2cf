import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  ConcurrentUpdate,
  documentClient,
  outboxEntry,
  type Page,
  retryContended,
  transact,
} from '@emporium/functions';
import { resources } from '../resources.ts';
import { factOf } from './domain/events.ts';
import type { Transition } from './domain/lifecycle.ts';
import type { Order, PlacedOrder, UnpricedOrder } from './domain/order.ts';
import { IllegalOrderTransition, OrderNotFound } from './errors.ts';
import {
  idempotencyKey,
  listKey,
  type OrderPosition,
  orderItem,
  orderKey,
  positionOf,
  type Remembered,
  rememberedItem,
  type Stored,
  toRemembered,
  toStored,
} from './items.ts';

/** The orders, their outbox and what was answered under which Idempotency-Key. */
export const orderStore = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.OrdersTable,
) => {
  const read = async (orderId: string): Promise<Stored | undefined> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table.name, Key: orderKey(orderId), ConsistentRead: true }),
    );
    return Item && toStored(Item);
  };

  const put = (item: object, condition = {}) => ({
    Put: { TableName: table.name, Item: item, ...condition },
  });

  /** The fact that the order's new status is, to stand in the same transaction. */
  const outboxOf = (order: Order, correlationId: string) => {
    const fact = factOf(order);
    return fact ? [put(outboxEntry(fact.contract, fact.data, { correlationId }))] : [];
  };

  /** Whether the transaction was written. It isn't where somebody else came first. */
  const write = async (items: ReturnType<typeof put>[]): Promise<boolean> =>
    (await transact(client, items)).length === 0;

  return {
    async getOrder(orderId: string): Promise<Order> {
      const stored = await read(orderId);
      if (!stored) throw new OrderNotFound(orderId);
      return stored.order;
    },

    /** One page of a customer's orders, the latest first. */
    async listOrders(
      customerId: string,
      { limit, cursor }: { limit: number; cursor?: OrderPosition | undefined },
    ): Promise<Page<Order, OrderPosition>> {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: resources.OrdersTable.indexes.byCustomer,
          KeyConditionExpression: 'customerId = :customerId',
          ExpressionAttributeValues: { ':customerId': customerId },
          ScanIndexForward: false,
          Limit: limit,
          ...(cursor && { ExclusiveStartKey: listKey(cursor, customerId) }),
        }),
      );
      const items = Items.map((item) => toStored(item).order);
      const last = LastEvaluatedKey && items.at(-1);
      return { items, next: last && positionOf(last) };
    },

    /** What a request under this key was answered, unless that is forgotten by now. */
    async recall(customerId: string, key: string, now: Date): Promise<Remembered | undefined> {
      const { Item } = await client.send(
        new GetCommand({
          TableName: table.name,
          Key: idempotencyKey(customerId, key),
          ConsistentRead: true,
        }),
      );
      const remembered = Item && toRemembered(Item);
      return remembered && remembered.expiresAt > seconds(now) ? remembered : undefined;
    },

    /** Writes order, outbox entry and idempotency record, or `false` where the key is taken. */
    addOrder(
      order: PlacedOrder | UnpricedOrder,
      { key, remembered, correlationId, now }: PlacementRecord,
    ): Promise<boolean> {
      return write([
        put(rememberedItem(order.customerId, key, remembered), {
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
          ExpressionAttributeValues: { ':now': seconds(now) },
        }),
        put(orderItem(order, 1), { ConditionExpression: 'attribute_not_exists(pk)' }),
        ...outboxOf(order, correlationId),
      ]);
    },

    /**
     * Takes an order from one status to the next, together with the fact of it. `transition` may run several
     * times.
     *
     * @throws OrderNotFound, IllegalOrderTransition
     */
    changeOrder(
      orderId: string,
      transition: (order: Order) => Transition,
      { correlationId = orderId }: { correlationId?: string } = {},
    ): Promise<Order> {
      return retryContended(async () => {
        const stored = await read(orderId);
        if (!stored) throw new OrderNotFound(orderId);
        const { outcome, order } = transition(stored.order);
        if (outcome === 'unchanged') return order;
        if (outcome === 'illegal') throw new IllegalOrderTransition(orderId, order.status);
        const written = await write([
          put(orderItem(order, stored.version + 1), {
            ConditionExpression: 'version = :version',
            ExpressionAttributeValues: { ':version': stored.version },
          }),
          ...outboxOf(order, correlationId),
        ]);
        if (!written) throw new ConcurrentUpdate(orderId);
        return order;
      });
    },
  };
};

export type OrderStore = ReturnType<typeof orderStore>;

export interface PlacementRecord {
  /** The `Idempotency-Key`. */
  readonly key: string;
  readonly remembered: Remembered;
  readonly correlationId: string;
  readonly now: Date;
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
