import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ProductPublished, ProductRetired } from '@emporium/contracts';
import {
  ConcurrentUpdate,
  documentClient,
  outboxEntry,
  type Page,
  retryContended,
  transact,
} from '@emporium/functions';
import { resources } from '../resources.ts';
import {
  type Product,
  type ProductDetails,
  type PublishedProduct,
  publish,
  retire,
} from './domain/product.ts';
import { ProductNotFound } from './errors.ts';
import { productItem, productKey, toProduct } from './items.ts';

/** Who asks, and when. */
export interface Request {
  readonly correlationId: string;
  readonly now?: Date;
}

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
  const find = async (sku: string): Promise<Product | undefined> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table.name, Key: productKey(sku), ConsistentRead: true }),
    );
    return Item && toProduct(Item);
  };

  /** The product and its fact in one transaction, on condition that nobody else changed it meanwhile. */
  const save = async (current: Product | undefined, next: Product, correlationId: string): Promise<void> => {
    const condition = current
      ? {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': current.version },
        }
      : { ConditionExpression: 'attribute_not_exists(pk)' };
    const failed = await transact(client, [
      { Put: { TableName: table.name, Item: productItem(next), ...condition } },
      { Put: { TableName: table.name, Item: factOf(next, correlationId) } },
    ]);
    if (failed.length > 0) throw new ConcurrentUpdate(next.sku);
  };

  const change = <Next extends Product>(
    sku: string,
    decide: (current: Product | undefined) => Next,
    correlationId: string,
  ): Promise<Next> =>
    retryContended(async () => {
      const current = await find(sku);
      const next = decide(current);
      if (next !== current) await save(current, next, correlationId);
      return next;
    });

  return {
    /** A product that is on sale. */
    async findProduct(sku: string): Promise<PublishedProduct | undefined> {
      const product = await find(sku);
      return product?.status === 'published' ? product : undefined;
    },

    /** One page of the products on sale, by SKU. */
    async listProducts({
      limit,
      cursor,
    }: {
      limit: number;
      cursor?: string | undefined;
    }): Promise<Page<Product, string>> {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: resources.CatalogTable.indexes.published,
          KeyConditionExpression: 'listing = :published',
          ExpressionAttributeValues: { ':published': 'published' },
          Limit: limit,
          ...(cursor !== undefined && {
            ExclusiveStartKey: { ...productKey(cursor), listing: 'published', sku: cursor },
          }),
        }),
      );
      const items = Items.map(toProduct);
      return { items, next: LastEvaluatedKey && items.at(-1)?.sku };
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

export type CatalogStore = ReturnType<typeof catalogStore>;
