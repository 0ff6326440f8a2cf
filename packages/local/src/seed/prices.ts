import { setTimeout } from 'node:timers/promises';
import type { Cloud } from '../cloud.ts';
import { demoProducts } from './demo.ts';

const WAIT_AT_MOST_MS = 30_000;

/**
 * Waits until the events about the demo products have reached the price list of orders. The API has no way to
 * see that without placing an order, so this looks into the table.
 */
export const untilPricesAreKnown = async (cloud: Cloud, signal: AbortSignal): Promise<void> => {
  const table = cloud
    .ofType('AWS::DynamoDB::Table')
    .find(({ service, logicalId }) => service === 'orders' && logicalId === 'OrdersTable');
  if (table === undefined) return;
  const Keys = demoProducts.map(({ sku }) => ({ pk: { S: `PRICE#${sku}` }, sk: { S: 'PRICE' } }));
  const deadline = Date.now() + WAIT_AT_MOST_MS;
  while (Date.now() < deadline) {
    const { Responses } = await cloud.call<{ Responses: Record<string, unknown[]> }>(
      { kind: 'root' },
      'dynamodb',
      'BatchGetItem',
      { RequestItems: { [table.ref]: { Keys } } },
    );
    if (Responses[table.ref]?.length === demoProducts.length) return;
    await setTimeout(20, undefined, { signal });
  }
  cloud.log.warn('seed', `the price list of orders is incomplete after ${WAIT_AT_MOST_MS / 1000} s`);
};
