import { expect, test } from '@jest/globals';
import { logicalId, shortName } from './naming.ts';

test('a name that fits is kept', () => {
  expect(shortName('emporium-orders-dev-placeOrder-us-east-1')).toBe(
    'emporium-orders-dev-placeOrder-us-east-1',
  );
});

test('long names are cut to 64 characters and stay apart', () => {
  const names = ['a', 'b'].map((end) => shortName(`emporium-notifications-${'x'.repeat(60)}${end}`));

  expect(names.map((name) => name.length)).toEqual([64, 64]);
  expect(names[0]).not.toBe(names[1]);
});

test('a key becomes the start of a logical id', () => {
  expect(logicalId('place-order')).toBe('Placeorder');
  expect(logicalId('placeOrder')).toBe('PlaceOrder');
});
