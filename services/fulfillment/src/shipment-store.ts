import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Address,
  ShipmentCancelled as ShipmentCancelledEvent,
  ShipmentDispatched,
  ShipmentRequested,
} from '@emporium/contracts';
import {
  ConcurrentUpdate,
  newId,
  outboxEntry,
  retryContended,
  type TransactItem,
  transact,
} from '@emporium/functions';
import { decideShip } from './domain/decisions.ts';
import type { Reservation } from './domain/reservation.ts';
import {
  type DispatchedShipment,
  decideCancel,
  decideDispatch,
  decideRequest,
  type Shipment,
} from './domain/shipment.ts';
import { AlreadyDispatched, NotReserved, ShipmentCancelled, ShipmentNotFound } from './errors.ts';
import {
  checkReserved,
  pointerKey,
  putNew,
  putShipment,
  reservationKey,
  toReservation,
  toShipment,
} from './items.ts';
import { stepItems } from './reservation-store.ts';

interface Call {
  readonly correlationId: string;
  readonly now?: Date;
}

export interface OrderFulfillment {
  readonly reservation?: Reservation;
  readonly shipment?: Shipment;
}

/** What a call answers once `write` is written. With `more`, there is another round to go. */
interface Plan<Answer> {
  readonly answer: Answer;
  readonly write?: TransactItem[];
  readonly more?: boolean;
}

export const shipmentStore = (client: DynamoDBDocumentClient, table: { readonly name: string }) => {
  const getOrder = async (orderId: string): Promise<OrderFulfillment> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': reservationKey(orderId).pk },
        ConsistentRead: true,
      }),
    );
    const reservation = Items.find(({ kind }) => kind === 'reservation');
    const shipment = Items.find(({ kind }) => kind === 'shipment');
    return {
      ...(reservation && { reservation: toReservation(reservation) }),
      ...(shipment && { shipment: toShipment(shipment) }),
    };
  };

  const findOrderOf = async (shipmentId: string): Promise<string> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table.name, Key: pointerKey(shipmentId), ConsistentRead: true }),
    );
    if (!Item) throw new ShipmentNotFound(shipmentId);
    return Item.orderId;
  };

  /**
   * Reads the order, and writes what `plan` wants until nobody else gets in between and nothing is left to do. What
   * the order is `guessed` to be spares the first look: the conditions of the write tell if it is something else.
   */
  const settle = <Answer>(
    orderId: string,
    plan: (order: OrderFulfillment) => Plan<Answer>,
    guessed?: OrderFulfillment,
  ): Promise<Answer> => {
    let guess = guessed;
    return retryContended(async () => {
      for (;;) {
        const order = guess ?? (await getOrder(orderId));
        guess = undefined;
        const { answer, write = [], more = false } = plan(order);
        if (write.length === 0) return answer;
        const failed = await transact(client, write);
        if (failed.length > 0) throw new ConcurrentUpdate(orderId);
        if (!more) return answer;
      }
    });
  };

  return {
    getOrder,

    /** Asks for the parcel of an order whose stock is set aside. A repeat gets the first shipment. */
    request: (
      { orderId, customerId, address }: { orderId: string; customerId: string; address: Address },
      { correlationId, now = new Date() }: Call,
    ): Promise<string> => {
      const requestedAt = now.toISOString();
      const request = { shipmentId: newId('shp'), orderId, customerId, address, requestedAt };
      // Most calls are first calls, for an order whose stock is reserved.
      const guessed: OrderFulfillment = { reservation: { status: 'reserved', orderId, lines: [] } };
      const plan = ({ reservation, shipment }: OrderFulfillment): Plan<string> => {
        const decision = decideRequest(shipment, request);
        if (decision.kind === 'cancelled') throw new ShipmentCancelled(orderId);
        if (decision.kind === 'dispatched') throw new AlreadyDispatched(orderId);
        if (decision.kind === 'done') return { answer: decision.shipment.shipmentId };
        if (reservation?.status !== 'reserved') throw new NotReserved(orderId);

        const { shipmentId } = decision.next;
        const fact = outboxEntry(ShipmentRequested, { shipmentId, orderId }, { correlationId });
        return {
          answer: shipmentId,
          write: [
            putShipment(table.name, shipment, decision.next),
            checkReserved(table.name, orderId),
            putNew(table.name, { ...pointerKey(shipmentId), kind: 'pointer', orderId }),
            putNew(table.name, fact),
          ],
        };
      };
      return settle(orderId, plan, guessed);
    },

    /** Cancels a shipment that has not left; without one leaves a tombstone for a request that comes late. */
    cancel: (orderId: string, { correlationId, now = new Date() }: Call): Promise<void> =>
      settle(orderId, ({ shipment }) => {
        const decision = decideCancel(shipment, orderId, now.toISOString());
        if (decision.kind === 'dispatched') throw new AlreadyDispatched(orderId);
        if (decision.kind !== 'write') return { answer: undefined };

        const write = [putShipment(table.name, shipment, decision.next)];
        if (decision.next.status === 'cancelled') {
          const { shipmentId } = decision.next;
          const fact = outboxEntry(ShipmentCancelledEvent, { shipmentId, orderId }, { correlationId });
          write.push(putNew(table.name, fact));
        }
        return { answer: undefined, write };
      }),

    /** The parcel leaves, and with it the stock that was set aside. */
    dispatch: async (
      shipmentId: string,
      trackingNumber: string,
      { correlationId, now = new Date() }: Call,
    ): Promise<DispatchedShipment> => {
      const orderId = await findOrderOf(shipmentId);
      return settle(orderId, ({ reservation, shipment }) => {
        if (!shipment || shipment.status === 'barred') throw new ShipmentNotFound(shipmentId);
        const decision = decideDispatch(shipment, trackingNumber, now.toISOString());
        if (decision.kind === 'cancelled') throw new ShipmentCancelled(orderId);
        if (decision.kind === 'dispatched') throw new AlreadyDispatched(orderId);

        const stock = decideShip(reservation);
        if (stock.kind === 'notReserved') throw new NotReserved(orderId);
        const moves =
          stock.kind === 'step' ? stepItems(table.name, reservation, stock.step, correlationId) : [];
        // An order of many SKUs takes two steps. A repeat finishes what a call that was cut off left.
        const more = stock.kind === 'step' && stock.step.next.status !== 'shipped';
        if (decision.kind === 'done') return { answer: decision.shipment, write: moves, more };

        const { dispatchedAt } = decision.next;
        const parcel = { shipmentId, orderId, trackingNumber, dispatchedAt };
        const fact = outboxEntry(ShipmentDispatched, parcel, { correlationId });
        return {
          answer: decision.next,
          write: [putShipment(table.name, shipment, decision.next), ...moves, putNew(table.name, fact)],
          more,
        };
      });
    },
  };
};
