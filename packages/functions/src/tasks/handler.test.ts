import { ReserveStock } from '@emporium/contracts';
import { captureLogs, lambdaContext } from '@emporium/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DomainError } from '../domain-error.ts';
import { logger } from '../observability.ts';
import { taskHandler } from './handler.ts';

let logs: ReturnType<typeof captureLogs>;
beforeEach(() => {
  logger.setLogLevel('INFO');
  logs = captureLogs();
});
afterEach(() => logs.stop());

const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
const input = { orderId, lines: [{ sku: 'MUG', quantity: 1 }] };
const reserve = taskHandler(ReserveStock, async ({ orderId, lines }, { correlationId }) => {
  expect(correlationId).toBe(orderId);
  if (lines[0]?.sku === 'GONE') throw new DomainError('OutOfStock', { sku: 'GONE' });
  if (lines[0]?.sku === 'BUG') throw new RangeError('a defect');
  return { orderId, status: 'reserved' };
});
const withSku = (sku: string) => reserve({ ...input, lines: [{ sku, quantity: 1 }] }, lambdaContext());

test('gives what the step gives', async () => {
  expect(await reserve(input, lambdaContext())).toEqual({ orderId, status: 'reserved' });
});

test.each([
  [undefined, 'fulfillment.reserveStock'],
  [{ orderId }, 'lines'],
  [{ ...input, orderId: 'ord_1' }, 'orderId: must look like ord_'],
  [{ ...input, lines: [{ sku: 'MUG', quantity: '1' }] }, 'lines.0.quantity'],
])('refuses %j, naming the field', async (bad, message) => {
  const error = await Promise.resolve(reserve(bad, lambdaContext())).catch((error) => error);
  expect(error).toMatchObject({ name: 'InvalidTaskInput', message: expect.stringContaining(message) });
});

test('an answer that the workflow catches keeps its name and is no alarm', async () => {
  await expect(withSku('GONE')).rejects.toMatchObject({ name: 'OutOfStock', data: { sku: 'GONE' } });
  expect(logs.lines.map(({ level }) => level)).toEqual(['INFO']);
});

test('a defect passes through and is logged with the order as correlation id', async () => {
  await expect(withSku('BUG')).rejects.toThrow(RangeError);
  expect(logs.lines).toEqual([expect.objectContaining({ level: 'ERROR', correlationId: orderId })]);
});
