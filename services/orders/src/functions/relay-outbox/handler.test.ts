import { relayed } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

test('publishes what the outbox holds', async () => {
  expect(await relayed(handler, event)).toEqual([
    'emporium-platform-test-EventBus emporium.orders OrderPlaced',
  ]);
});
