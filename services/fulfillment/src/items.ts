import { contentOf, type TransactItem } from '@emporium/functions';
import { heldLines, type Reservation } from './domain/reservation.ts';
import type { Shipment } from './domain/shipment.ts';
import { route, type Stock, type StockMove } from './domain/stock.ts';

export const stockKey = (sku: string) => ({ pk: `STOCK#${sku}`, sk: 'STOCK' });
export const receiptKey = (sku: string, key: string) => ({ pk: `STOCK#${sku}`, sk: `RECEIPT#${key}` });
export const reservationKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'RESERVATION' });
const shipmentKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'SHIPMENT' });
export const pointerKey = (shipmentId: string) => ({ pk: `SHIPMENT#${shipmentId}`, sk: 'ORDER' });

type Item = Record<string, unknown>;

/** Items come from the functions below alone, so their shape is known. */
export const toStock = (item: Item) => contentOf<Stock>(item);
export const toReservation = (item: Item): Reservation => {
  const { held, ...reservation } = contentOf<Reservation & { held: number }>(item);
  const moving = ['reserving', 'refusing', 'releasing', 'shipping'].includes(reservation.status);
  return (moving ? { ...reservation, held } : reservation) as Reservation;
};
export const toShipment = (item: Item) => contentOf<Shipment>(item);

/** The reservation becomes `next`, on condition that it is still `current`: status and lines held tell every stage from every other. */
export const putReservation = (
  TableName: string,
  current: Reservation | undefined,
  next: Reservation,
): TransactItem => ({
  Put: {
    TableName,
    Item: { ...reservationKey(next.orderId), kind: 'reservation', ...next, held: heldLines(next) },
    ...(current
      ? {
          ConditionExpression: '#status = :status AND held = :held',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': current.status, ':held': heldLines(current) },
        }
      : { ConditionExpression: 'attribute_not_exists(pk)' }),
  },
});

/** The shipment becomes `next`, on condition that its status is still that of `current`. */
export const putShipment = (
  TableName: string,
  current: Shipment | undefined,
  next: Shipment,
): TransactItem => ({
  Put: {
    TableName,
    Item: { ...shipmentKey(next.orderId), kind: 'shipment', ...next },
    ...(current
      ? {
          ConditionExpression: '#status = :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': current.status },
        }
      : { ConditionExpression: 'attribute_not_exists(pk)' }),
  },
});

/** A SKU that was never received has no item, and no condition holds on it. */
export const updateStock = (TableName: string, { kind, sku, quantity }: StockMove): TransactItem => {
  const { from, to } = route[kind];
  return {
    Update: {
      TableName,
      Key: stockKey(sku),
      UpdateExpression: `SET ${from} = ${from} - :quantity, ${to} = ${to} + :quantity`,
      ConditionExpression: `${from} >= :quantity`,
      ExpressionAttributeValues: { ':quantity': quantity },
    },
  };
};

/** An item that nothing else can be in the way of: a pointer or an outbox entry, under a new id of its own. */
export const putNew = (TableName: string, Item: object): TransactItem => ({ Put: { TableName, Item } });

/** Holds the transaction to a reservation that is whole. */
export const checkReserved = (TableName: string, orderId: string): TransactItem => ({
  ConditionCheck: {
    TableName,
    Key: reservationKey(orderId),
    ConditionExpression: '#status = :reserved',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':reserved': 'reserved' },
  },
});
