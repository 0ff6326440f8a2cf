import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import {
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentVoided,
} from '@emporium/contracts';
import { documentClient, isConditionFailed, isTransactionConflict, outboxEntry } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { LedgerEntry } from './domain/ledger.ts';
import type { Payment } from './domain/payment.ts';
import { ConcurrentUpdate } from './errors.ts';

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

const partition = (orderId: string) => `ORDER#${orderId}`;
const entryKey = (sequence: number) => `LEDGER#${String(sequence).padStart(6, '0')}`;

const strip = ({ pk: _pk, sk: _sk, kind: _kind, ...rest }: Record<string, unknown>) => rest;

export const paymentStore = (client = documentClient(), tableName = () => resources.PaymentsTable.name) => ({
  async find(orderId: string): Promise<Payment | undefined> {
    const { Item } = await client.send(
      new GetCommand({
        TableName: tableName(),
        Key: { pk: partition(orderId), sk: 'PAYMENT' },
        ConsistentRead: true,
      }),
    );
    return Item && (strip(Item) as unknown as Payment);
  },

  /** The payment and its whole ledger, as one picture. */
  async history(orderId: string): Promise<{ payment: Payment; entries: LedgerEntry[] } | undefined> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName(),
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition(orderId) },
        ConsistentRead: true,
      }),
    );
    const payment = Items.find(({ kind }) => kind === 'payment');
    if (!payment) return undefined;
    return {
      payment: strip(payment) as unknown as Payment,
      entries: Items.filter(({ kind }) => kind === 'ledger').map(
        (item) => strip(item) as unknown as LedgerEntry,
      ),
    };
  },

  /** Writes a payment over its previous version, with its new ledger entries and events: all or nothing. */
  async save(payment: Payment, entries: readonly LedgerEntry[] = []): Promise<void> {
    const TableName = tableName();
    const pk = partition(payment.orderId);
    const condition =
      payment.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#version = :previous',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':previous': payment.version - 1 },
          };
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName, Item: { pk, sk: 'PAYMENT', kind: 'payment', ...payment }, ...condition } },
            ...entries.map((entry) => ({
              Put: {
                TableName,
                Item: { pk, sk: entryKey(entry.sequence), kind: 'ledger', ...entry },
                // Append-only: an entry that exists is never written over.
                ConditionExpression: 'attribute_not_exists(pk)',
              },
            })),
            ...outboxOf(payment, entries).map((Item) => ({ Put: { TableName, Item } })),
          ],
        }),
      );
    } catch (error) {
      if (isConditionFailed(error) || isTransactionConflict(error))
        throw new ConcurrentUpdate(payment.orderId);
      throw error;
    }
  },
});

export type PaymentStore = Pick<ReturnType<typeof paymentStore>, 'find' | 'save'>;
