import { BatchGetCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConcurrentUpdate, documentClient, isConditionFailed, retryContended } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { OnSale, PriceEntry, Prices } from './domain/price-list.ts';
import { priceItem, priceKey, toPriceEntry } from './items.ts';

/** The context's own copy of the catalog's prices, fed by events. */
export const priceList = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.OrdersTable,
) => ({
  /** Prices of what is on sale. At most 100 SKUs, which is also DynamoDB's limit for a BatchGetItem. */
  async pricesOf(skus: readonly string[]): Promise<Prices> {
    const found: PriceEntry[] = [];
    let keys: Record<string, unknown>[] = skus.map(priceKey);
    await retryContended(async () => {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [table.name]: { Keys: keys } } }),
      );
      found.push(...(Responses?.[table.name] ?? []).map(toPriceEntry));
      keys = UnprocessedKeys?.[table.name]?.Keys ?? [];
      // DynamoDB leaves keys out under load, or beyond 16 MB, without failing.
      if (keys.length > 0) throw new ConcurrentUpdate('the price list');
    });
    const onSale = found.filter((entry): entry is OnSale => entry.status === 'on_sale');
    return new Map(onSale.map((entry) => [entry.sku, entry]));
  },

  /** Keeps what is newer than what is known. Events may come twice, and in any order. */
  async learn(entry: PriceEntry): Promise<void> {
    try {
      await client.send(
        new PutCommand({
          TableName: table.name,
          Item: priceItem(entry),
          ConditionExpression: 'attribute_not_exists(pk) OR version < :version',
          ExpressionAttributeValues: { ':version': entry.version },
        }),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  },
});

export type PriceList = ReturnType<typeof priceList>;
