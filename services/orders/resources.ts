import { cache, defineResources, stateMachine, table } from '@emporium/resources';

/**
 * Orders, their outbox, the price list and the idempotency records. Only orders have `customerId`, so the index
 * `byCustomer` holds nothing else.
 */
export const resources = defineResources('orders', {
  OrdersTable: table({
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: true,
    timeToLive: 'expiresAt',
    indexes: { byCustomer: { partitionKey: 'customerId', sortKey: 'placedAt' } },
  }),
  Cache: cache(),
  /** From placed to confirmed or rejected: `stepfunctions/order.asl.yml`. */
  OrderWorkflow: stateMachine({
    invoke: [
      'fulfillment.reserveStock',
      'payments.authorizePayment',
      'orders.requestReview',
      'orders.confirmOrder',
      'payments.capturePayment',
      'fulfillment.requestShipment',
      'notifications.notifyCustomer',
      'fulfillment.cancelShipment',
      'payments.cancelPayment',
      'fulfillment.releaseStock',
      'orders.rejectOrder',
    ],
  }),
});
