import { ProductPublished, ProductRetired } from '@emporium/contracts';
import { lambdaContext, sqsEvent } from '@emporium/testing';
import { expect, jest, test } from '@jest/globals';
import type { PriceList } from '../../price-list.ts';
import sample from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

const product = { sku: 'MUG-BLUE', name: 'Blue mug', price: { amount: 1299, currency: 'EUR' }, version: 1 };

test('learns what is on sale and what no longer is', async () => {
  const learn = jest.fn<PriceList['learn']>(async () => {});

  const answer = await createHandler({ prices: { learn } })(
    sqsEvent([
      { contract: ProductPublished, data: product },
      { contract: ProductRetired, data: { sku: 'MUG-BLUE', version: 2 } },
    ]),
    lambdaContext('onProductPublished'),
  );

  expect(answer).toEqual({ batchItemFailures: [] });
  expect(learn.mock.calls).toEqual([
    [{ ...product, status: 'on_sale' }],
    [{ sku: 'MUG-BLUE', version: 2, status: 'retired' }],
  ]);
});

test('one message that fails does not hold up the others', async () => {
  const learn = jest.fn<PriceList['learn']>(async ({ sku }) => {
    if (sku === 'BROKEN') throw new Error('no');
  });

  const answer = await createHandler({ prices: { learn } })(
    sqsEvent([
      { contract: ProductPublished, data: { ...product, sku: 'BROKEN' } },
      { body: 'not an event' },
      { contract: ProductPublished, data: product },
    ]),
    lambdaContext('onProductPublished'),
  );

  expect(answer).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
  });
  expect(learn).toHaveBeenCalledWith(expect.objectContaining({ sku: 'MUG-BLUE' }));
});

test('takes the sample event', async () => {
  const learn = jest.fn<PriceList['learn']>(async () => {});

  await createHandler({ prices: { learn } })(sample as never, lambdaContext('onProductPublished'));

  expect(learn).toHaveBeenCalledTimes(1);
});
