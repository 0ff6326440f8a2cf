import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { ReserveStock } from '@emporium/contracts';
import { lambdaContext, mockTable, testTask } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { dynamodb, writes } = mockTable(resources);

const run = (input: object = event) => handler(input, lambdaContext('reserveStock'));

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: '',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

test('sets the stock aside in one transaction with its event', async () => {
  expect(await run()).toEqual({ orderId: event.orderId, status: 'reserved' });
  expect(writes()).toEqual([['reserved', undefined, undefined, 'outbox']]);
});

test('a repeat gets the same answer and writes nothing', async () => {
  dynamodb.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'None', 'None', 'None'));
  dynamodb.on(GetCommand).resolves({ Item: { ...event, status: 'reserved', held: 2 } });
  expect(await run()).toEqual({ orderId: event.orderId, status: 'reserved' });
  expect(writes()).toHaveLength(1);
});

test('says OutOfStock, and keeps that answer', async () => {
  dynamodb
    .on(TransactWriteCommand)
    .rejectsOnce(cancelled('None', 'None', 'ConditionalCheckFailed', 'None'))
    .resolves({});
  await expect(run()).rejects.toMatchObject({ name: 'OutOfStock', data: { missing: ['TEA-ASSAM'] } });
  expect(writes()[1]).toEqual(['refused']);
});

test('says ReservationReleased when it comes late', async () => {
  dynamodb.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'None', 'None', 'None'));
  dynamodb
    .on(GetCommand)
    .resolves({ Item: { orderId: event.orderId, lines: [], status: 'released', held: 0 } });
  await expect(run()).rejects.toMatchObject({ name: 'ReservationReleased' });
});

test.each([0, -1, 1.5, 1001, '1'])('refuses the quantity %j', async (quantity) => {
  await expect(run({ ...event, lines: [{ sku: 'MUG-BLUE', quantity }] })).rejects.toMatchObject({
    name: 'InvalidTaskInput',
  });
});

testTask(ReserveStock, event, run, () => expect(writes()).toEqual([]));
