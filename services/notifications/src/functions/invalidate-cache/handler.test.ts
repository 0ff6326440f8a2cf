import { invalidated } from '@emporium/testing';
import { expect, test } from '@jest/globals';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

test('forgets what has changed', async () => {
  expect(await invalidated(handler, event, resources)).toEqual([
    'DEL emporium-notifications-test:addressee:1:7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f',
  ]);
});
