import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient, newId } from '@emporium/functions';
import { useTables } from '@emporium/testing';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resources } from '../resources.ts';
import { fulfillmentStore } from './store.ts';
import {
  call,
  dispatch,
  factsOf,
  newSkus,
  oneOfEach,
  outcomes,
  release,
  request,
  reserve,
  shop,
  statusOf,
  stockOf,
  wrongStock,
} from './test-helpers.ts';

useTables(resources);

describe('a call that is cut off at any write', () => {
  /** A client whose `nth` write fails: before it reached the database, or after, when only the answer is lost. */
  const failing = (nth: number, answerLost: boolean) => {
    let writes = 0;
    const client = documentClient();
    const send = async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
      if (command.constructor.name !== 'TransactWriteCommand' || ++writes !== nth)
        return client.send(command);
      if (answerLost) await client.send(command);
      throw new Error('cut off');
    };
    return fulfillmentStore({ send } as unknown as DynamoDBDocumentClient);
  };

  test.each([
    [1, false],
    [1, true],
    [2, false],
    [2, true],
  ])('is made good by a repeat (write %i, answer lost: %s)', async (nth, answerLost) => {
    const wanted = await newSkus(100, 2);
    const orderId = newId('ord');
    const cutOff = expect.objectContaining({ message: 'cut off' });

    await expect(
      failing(nth, answerLost).reservations.reserve(orderId, oneOfEach(wanted), 'x'),
    ).rejects.toEqual(cutOff);
    expect(await wrongStock()).toEqual([]);
    await reserve(orderId, ...wanted);

    const shipmentId = await request(orderId);
    await expect(failing(nth, answerLost).shipments.dispatch(shipmentId, 'TRACK-1', call)).rejects.toEqual(
      cutOff,
    );
    expect(await wrongStock()).toEqual([]);
    await dispatch(shipmentId);

    expect(await statusOf(orderId)).toBe('shipped');
    expect(await factsOf(orderId)).toEqual(['ShipmentDispatched', 'ShipmentRequested', 'StockReserved']);

    const other = newId('ord');
    const whole = nth === 2 && answerLost;
    await expect(
      failing(nth, answerLost).reservations.reserve(other, oneOfEach(wanted), 'x'),
    ).rejects.toEqual(cutOff);
    await release(other);
    expect(await statusOf(other)).toBe('released');
    expect(await factsOf(other)).toEqual(whole ? ['StockReleased', 'StockReserved'] : []);
    expect(await wrongStock()).toEqual([]);
    const stocks = await Promise.all(wanted.map((sku) => stockOf(sku)));
    expect(stocks.filter(({ available, shipped }) => available !== 1 || shipped !== 1)).toEqual([]);
  });
});

test('stock is conserved over any calls at once', async () => {
  const aCall = fc.record({
    order: fc.nat(4),
    do: fc.constantFrom('reserve', 'release', 'request', 'cancel', 'dispatch', 'receive'),
    sku: fc.nat(2),
    quantity: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(aCall, { maxLength: 6 }), { maxLength: 6 }), async (rounds) => {
      const stocked = await newSkus(3, 4);
      const orders = Array.from({ length: 5 }, () => newId('ord'));
      for (const round of rounds) {
        const names = await outcomes(
          round.map(async ({ do: what, order, sku: n, quantity }) => {
            const { stock, reservations, shipments } = shop;
            const orderId = orders[order] ?? '';
            const sku = stocked[n] ?? '';
            if (what === 'receive')
              return stock.receiveStock({ sku, quantity }, { key: newId('rcp'), ...call });
            if (what === 'reserve') return reservations.reserve(orderId, [{ sku, quantity }], orderId);
            if (what === 'release') return release(orderId);
            if (what === 'request') return request(orderId);
            if (what === 'cancel') return shipments.cancel(orderId, call);
            const { shipment } = await shipments.getOrder(orderId);
            if (shipment && 'shipmentId' in shipment) {
              await shipments.dispatch(shipment.shipmentId, 'TRACK-1', call);
            }
          }),
        );
        const allowed = [
          'done',
          'OutOfStock',
          'ReservationReleased',
          'NotReserved',
          'ShipmentCancelled',
          'AlreadyDispatched',
        ];
        expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
      }
      expect(await wrongStock()).toEqual([]);
    }),
    { numRuns: 15 },
  );
}, 60_000);
