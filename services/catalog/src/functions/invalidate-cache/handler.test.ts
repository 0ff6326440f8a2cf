import { invalidated } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

test('forgets what has changed', async () => {
  expect(await invalidated(handler, event, resources)).toEqual([
    'DEL emporium-catalog-test:product:1:MUG-BLUE',
  ]);
});
