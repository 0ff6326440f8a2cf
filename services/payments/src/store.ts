import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentVoided,
} from '@emporium/contracts';
import { ConcurrentUpdate, documentClient, outboxEntry, transact } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { LedgerEntry } from './domain/ledger.ts';
import type { Payment } from './domain/payment.ts';
import { entryItem, partition, paymentItem, paymentKey, toEntry, toPayment } from './items.ts';

const eventOf = {
  authorized: PaymentAuthorized,
  captured: PaymentCaptured,
  voided: PaymentVoided,
  refunded: PaymentRefunded,
};

/** The facts of one write, as outbox items. */
const outboxOf = (payment: Payment, entries: readonly LedgerEntry[]) => {
  if (payment.status === 'barred') return [];
  const { paymentId, orderId } = payment;
  const { currency } = payment.amount;
  const options = { correlationId: orderId };
  const moved = entries.map(({ movement, amount }) =>
    outboxEntry(eventOf[movement], { paymentId, orderId, amount: { amount, currency } }, options),
  );
  if (payment.status !== 'declined') return moved;
  const { amount, declineCode } = payment;
  return [...moved, outboxEntry(PaymentDeclined, { paymentId, orderId, amount, declineCode }, options)];
};

/** The payments and their ledger. */
export const paymentStore = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.PaymentsTable,
) => ({
  async find(orderId: string): Promise<Payment | undefined> {
    const { Item } = await client.send(
      new GetCommand({
        TableName: table.name,
        Key: paymentKey(orderId),
        ConsistentRead: true,
      }),
    );
    return Item && toPayment(Item);
  },

  /** The payment and its whole ledger, as one picture. */
  async history(orderId: string): Promise<{ payment: Payment; entries: LedgerEntry[] } | undefined> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition(orderId) },
        ConsistentRead: true,
      }),
    );
    const payment = Items.find(({ kind }) => kind === 'payment');
    if (!payment) return undefined;
    return {
      payment: toPayment(payment),
      entries: Items.filter(({ kind }) => kind === 'ledger').map(toEntry),
    };
  },

  /** Writes a payment over its previous version, with its new ledger entries and events: all or nothing. */
  async save(payment: Payment, entries: readonly LedgerEntry[] = []): Promise<void> {
    const TableName = table.name;
    const condition =
      payment.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :previous',
            ExpressionAttributeValues: { ':previous': payment.version - 1 },
          };
    const failed = await transact(client, [
      { Put: { TableName, Item: paymentItem(payment), ...condition } },
      ...entries.map((entry) => ({
        Put: {
          TableName,
          Item: entryItem(payment.orderId, entry),
          // Append-only: an entry that exists is never written over.
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      })),
      ...outboxOf(payment, entries).map((Item) => ({ Put: { TableName, Item } })),
    ]);
    if (failed.length > 0) throw new ConcurrentUpdate(`the payment of ${payment.orderId}`);
  },
});

export type PaymentStore = Pick<ReturnType<typeof paymentStore>, 'find' | 'save'>;
