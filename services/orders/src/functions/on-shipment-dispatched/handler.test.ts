import { ShipmentDispatched } from '@emporium/contracts';
import { lambdaContext, sqsEvent } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import type { Order } from '../../domain/order.ts';
import { confirmedOrder, rejectedOrder, shippedOrder, storeOf } from '../../test-helpers.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const event = sqsEvent([
  {
    contract: ShipmentDispatched,
    data: {
      shipmentId: 'shp_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
      orderId: confirmedOrder.orderId,
      trackingNumber: '00340434161094021501',
      dispatchedAt: '2026-03-10T05:02:00.000Z',
    },
  },
]);

const dispatched = async (order: Order, delivered: unknown = event) => {
  const store = storeOf(order);
  const answer = await createHandler({ store })(
    delivered as typeof event,
    lambdaContext('onShipmentDispatched'),
  );
  return { answer, order: store.order() };
};

test('a confirmed order is shipped at the time its parcel left', async () => {
  expect(await dispatched(confirmedOrder)).toEqual({
    answer: { batchItemFailures: [] },
    order: shippedOrder,
  });
});

test('a repeat changes nothing', async () => {
  expect(await dispatched(shippedOrder)).toEqual({ answer: { batchItemFailures: [] }, order: shippedOrder });
});

test('a parcel of a rejected order goes to the dead letters, for a person to look at', async () => {
  expect(await dispatched(rejectedOrder)).toEqual({
    answer: { batchItemFailures: [{ itemIdentifier: 'message-0' }] },
    order: rejectedOrder,
  });
});

test('takes the sample event', async () => {
  expect((await dispatched(confirmedOrder, sample)).order).toMatchObject({ status: 'shipped' });
});
