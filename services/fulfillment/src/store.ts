import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '@emporium/functions';
import { resources } from '../resources.ts';
import { reservationStore } from './reservation-store.ts';
import { shipmentStore } from './shipment-store.ts';
import { stockStore } from './stock-store.ts';

/** The fulfillment table: stock, reservations and shipments. */
export const fulfillmentStore = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.FulfillmentTable,
) => ({
  stock: stockStore(client, table),
  reservations: reservationStore(client, table),
  shipments: shipmentStore(client, table),
});
