/** What must and must not compile. */
import { ConfirmOrder, ProductPublished, ProductRetired } from '@emporium/contracts';
import { object, pipe, string, transform } from 'valibot';
import { eventHandler, httpHandler, outboxEntry, taskHandler } from './index.ts';

const Body = object({ name: string() });

httpHandler({ body: Body, query: object({ limit: pipe(string(), transform(Number)) }) }, async (request) => {
  const name: string = request.body.name;
  const limit: number = request.query.limit;
  // @ts-expect-error a part without a schema isn't there
  request.path.sku;
  // @ts-expect-error on a public route there may be nobody
  request.customer.id;
  return { body: { name, limit } };
});

httpHandler({ roles: ['admin'] }, async ({ customer }) => ({ body: customer.id }));

// @ts-expect-error there is no such option
httpHandler({ boddy: Body }, async () => ({}));

// @ts-expect-error there is no such role
httpHandler({ roles: ['root'] }, async () => ({}));

// @ts-expect-error an answer has no such part
httpHandler({}, async () => ({ statusCode: 200 }));

eventHandler({ events: [ProductPublished, ProductRetired] }, async (event) => {
  if (event.name === 'ProductPublished') event.data.price.amount;
  // @ts-expect-error only a published product has a price
  else event.data.price.amount;
  // @ts-expect-error no such event is subscribed to
  event.name === 'OrderPlaced';
});

taskHandler(ConfirmOrder, async ({ orderId }) => ({ orderId, status: 'confirmed' }));

// @ts-expect-error the contract says `confirmed`
taskHandler(ConfirmOrder, async ({ orderId }) => ({ orderId, status: 'done' }));

// @ts-expect-error a version is missing
outboxEntry(ProductRetired, { sku: 'MUG' }, { correlationId: 'c' });
