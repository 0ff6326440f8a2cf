import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient, getAll, isConditionFailed } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { OnSale, PriceEntry, Prices } from './domain/price-list.ts';
import { priceItem, priceKey, toPriceEntry } from './items.ts';

/** The context's own copy of the catalog's prices, fed by events. */
export const priceList = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.OrdersTable,
) => ({
  /** Prices of what is on sale. At most 100 SKUs, which is as much as one call reads. */
  async pricesOf(skus: readonly string[]): Promise<Prices> {
    const items = await getAll(client, { tableName: table.name, keys: skus.map(priceKey) });
    const onSale = items.map(toPriceEntry).filter((entry): entry is OnSale => entry.status === 'on_sale');
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
