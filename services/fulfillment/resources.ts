import { cache, defineResources, table } from '@emporium/resources';

/** Stock and its receipts by SKU; reservation and shipment by order; a pointer from each shipment to its order. */
export const resources = defineResources('fulfillment', {
  FulfillmentTable: table({ partitionKey: 'pk', sortKey: 'sk', stream: true, timeToLive: 'expiresAt' }),
  Cache: cache(),
});
