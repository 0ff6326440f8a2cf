import { setTimeout } from 'node:timers/promises';
import type { Cloud } from '../cloud.ts';
import type { Product } from './demo.ts';

const WAIT_AT_MOST_MS = 30_000;

/** DynamoDB's limit of a BatchGetItem. */
const BATCH = 100;

/**
 * Waits until the events about the products have reached the price list of orders. The API has no way to see that
 * without placing an order, so this looks into the table.
 */
export const untilPricesAreKnown = async (
  cloud: Cloud,
  products: readonly Product[],
  signal: AbortSignal,
): Promise<void> => {
  const table = cloud
    .ofType('AWS::DynamoDB::Table')
    .find(({ service, logicalId }) => service === 'orders' && logicalId === 'OrdersTable');
  if (table === undefined) return;
  const deadline = performance.now() + WAIT_AT_MOST_MS;
  for (let first = 0; first < products.length; first += BATCH) {
    const batch = products.slice(first, first + BATCH);
    const Keys = batch.map(({ sku }) => ({ pk: { S: `PRICE#${sku}` }, sk: { S: 'PRICE' } }));
    const RequestItems = { [table.ref]: { Keys } };
    const known = async () => {
      const { Responses } = await cloud.call<{ Responses: Record<string, unknown[]> }>(
        { kind: 'root' },
        'dynamodb',
        'BatchGetItem',
        { RequestItems },
      );
      return Responses[table.ref]?.length ?? 0;
    };
    while ((await known()) < batch.length) {
      if (performance.now() > deadline) {
        const waited = `${WAIT_AT_MOST_MS / 1000} s`;
        cloud.log.warn('seed', `the price list of orders is incomplete after ${waited}`);
        return;
      }
      await setTimeout(20, undefined, { signal });
    }
  }
};
