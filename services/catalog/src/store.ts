import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { ProductPublished, ProductRetired } from '@emporium/contracts';
import { documentClient, outboxEntry } from '@emporium/functions';
import { resources } from '../resources.ts';
import {
  type Product,
  type ProductDetails,
  type PublishedProduct,
  publish,
  retire,
} from './domain/product.ts';
import { ProductNotFound } from './errors.ts';
import { fromItem, productKey, toItem } from './items.ts';

/** Who asks, and when. */
export interface Request {
  readonly correlationId: string;
  readonly now?: Date;
}

/** Two administrators at one product at once: the later one starts again from what the first one left. */
const ATTEMPTS = 6;

const factOf = (product: Product, correlationId: string) => {
  const { sku, name, price, version } = product;
  return product.status === 'published'
    ? outboxEntry(ProductPublished, { sku, name, price, version }, { correlationId })
    : outboxEntry(ProductRetired, { sku, version }, { correlationId });
};

/** The catalog's table. */
export const catalogStore = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.CatalogTable,
) => {
  const find = async (sku: string, ConsistentRead = false): Promise<Product | undefined> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table.name, Key: productKey(sku), ConsistentRead }),
    );
    return Item && fromItem(Item);
  };

  /** The product and its fact in one transaction, on condition that nobody else changed it meanwhile. */
  const save = (current: Product | undefined, next: Product, correlationId: string) =>
    client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName: table.name,
              Item: toItem(next),
              ...(current
                ? {
                    ConditionExpression: 'version = :version',
                    ExpressionAttributeValues: { ':version': current.version },
                  }
                : { ConditionExpression: 'attribute_not_exists(pk)' }),
            },
          },
          { Put: { TableName: table.name, Item: factOf(next, correlationId) } },
        ],
      }),
    );

  const change = async <Next extends Product>(
    sku: string,
    decide: (current: Product | undefined) => Next,
    correlationId: string,
  ): Promise<Next> => {
    for (let attempt = 1; ; attempt++) {
      const current = await find(sku, true);
      const next = decide(current);
      if (next === current) return next;
      try {
        await save(current, next, correlationId);
        return next;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException) || attempt === ATTEMPTS) throw error;
        await sleep(Math.random() * 20 * 2 ** attempt);
      }
    }
  };

  return {
    /** A product that is on sale. */
    async getProduct(sku: string): Promise<PublishedProduct> {
      const product = await find(sku);
      if (product?.status !== 'published') throw new ProductNotFound(sku);
      return product;
    },

    /** Products on sale by SKU, from the one after `after`. */
    async listProducts({ limit, after }: { limit: number; after?: string | undefined }) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: resources.CatalogTable.indexes.published,
          KeyConditionExpression: 'listing = :published',
          ExpressionAttributeValues: { ':published': 'published' },
          Limit: limit,
          ...(after !== undefined && {
            ExclusiveStartKey: { ...productKey(after), listing: 'published', sku: after },
          }),
        }),
      );
      const products = Items.map(fromItem);
      return { products, last: LastEvaluatedKey && products.at(-1)?.sku };
    },

    /** Puts a product on sale, or changes it. A repeat changes nothing and tells nobody. */
    putProduct: (sku: string, details: ProductDetails, { correlationId, now = new Date() }: Request) =>
      change(sku, (current) => publish(current, sku, details, now.toISOString()), correlationId),

    retireProduct: (sku: string, { correlationId, now = new Date() }: Request) =>
      change(
        sku,
        (current) => {
          if (!current) throw new ProductNotFound(sku);
          return retire(current, now.toISOString());
        },
        correlationId,
      ),
  };
};
