import { invalidated } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

test('forgets what has changed', async () => {
  expect(await invalidated(handler, event, resources)).toEqual([
    'DEL emporium-payments-test:history:1:ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
  ]);
});
