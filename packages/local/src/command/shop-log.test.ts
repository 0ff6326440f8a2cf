import { expect, test } from '@jest/globals';
import { recordingLog } from '../test-cloud.ts';
import { createShopLog } from './shop-log.ts';

const written = (message: string, verbose = false) => {
  const log = recordingLog();
  createShopLog(verbose, log).info('orders.placeOrder', message);
  return log.lines;
};

test('a structured line becomes a short one, metrics are left out, everything else stays', () => {
  const error = { name: 'OutOfStock', message: 'MUG-BLUE', stack: ['…'] };
  const line = JSON.stringify({
    level: 'ERROR',
    message: 'failed',
    correlationId: 'ord_1',
    error,
    cold_start: true,
  });

  expect(written(line)).toEqual(['info orders.placeOrder ERROR failed (OutOfStock: MUG-BLUE) [ord_1]']);
  expect(written('{"_aws":{},"ColdStart":1}')).toEqual([]);
  expect(written('{"not":"a log line"}')).toEqual(['info orders.placeOrder {"not":"a log line"}']);
  expect(written('{broken')).toEqual(['info orders.placeOrder {broken']);
});

test('--verbose shows lines as they are', () => {
  expect(written('{"_aws":{}}', true)).toEqual(['info orders.placeOrder {"_aws":{}}']);
});
