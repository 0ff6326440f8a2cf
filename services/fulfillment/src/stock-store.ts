import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { StockReceived } from '@emporium/contracts';
import { contentOf, IdempotencyKeyReused, outboxEntry, transact } from '@emporium/functions';
import { noStock, type Stock } from './domain/stock.ts';
import { putNew, receiptKey, stockKey, toStock } from './items.ts';

export interface Receipt {
  readonly sku: string;
  readonly quantity: number;
  readonly receivedAt: string;
}

export const stockStore = (client: DynamoDBDocumentClient, table: { readonly name: string }) => {
  const findReceipt = async (sku: string, key: string) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table.name, Key: receiptKey(sku, key), ConsistentRead: true }),
    );
    return Item && contentOf<Receipt>(Item);
  };

  return {
    async getStock(sku: string): Promise<Stock> {
      const { Item } = await client.send(
        new GetCommand({ TableName: table.name, Key: stockKey(sku), ConsistentRead: true }),
      );
      return Item ? toStock(Item) : noStock(sku);
    },

    /** Adds to the stock, once for each idempotency key. Receipts are kept: together they are all that ever came in. */
    async receiveStock(
      { sku, quantity }: { sku: string; quantity: number },
      { key, correlationId, now = new Date() }: { key: string; correlationId: string; now?: Date },
    ): Promise<Receipt> {
      const TableName = table.name;
      const receipt = { sku, quantity, receivedAt: now.toISOString() };
      const failed = await transact(client, [
        {
          Put: {
            TableName,
            Item: { ...receiptKey(sku, key), kind: 'receipt', ...receipt },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          Update: {
            TableName,
            Key: stockKey(sku),
            UpdateExpression:
              'SET sku = :sku, kind = :kind ADD available :quantity, reserved :none, shipped :none',
            ExpressionAttributeValues: { ':sku': sku, ':kind': 'stock', ':quantity': quantity, ':none': 0 },
          },
        },
        putNew(TableName, outboxEntry(StockReceived, { sku, quantity }, { correlationId })),
      ]);
      if (failed.length === 0) return receipt;

      const first = await findReceipt(sku, key);
      if (first?.quantity !== quantity) throw new IdempotencyKeyReused();
      return { sku, quantity, receivedAt: first.receivedAt };
    },
  };
};
