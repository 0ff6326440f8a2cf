import { itemsOf } from '../../support/aws.ts';
import { decided, orderFor, stockProduct, until } from '../../support/client.ts';
import { cleanUp, type Shop, startShop } from '../../support/shop.ts';
import { ofType, packagedTemplates } from '../../support/templates.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import { fromEnvironment, type Person, registered, signedIn } from './people.ts';

/** A running shop with everybody in it whom the tests need. */
export interface Secured extends Shop {
  readonly endpoints: readonly Endpoint[];
  readonly admin: Person;
  /** Has an order that is paid for and to be shipped. */
  readonly owner: Person;
  readonly orderId: string;
  /** Has nothing. */
  readonly other: Person;
  /** In stock. */
  readonly sku: string;
}

/** One shop for all themes, as a start costs seconds. */
export const startSecured = async (): Promise<Secured> => {
  const [shop, all] = await Promise.all([startShop({ options: ['--verbose'] }), endpoints()]);
  const { url } = shop;
  const [admin, owner, other] = (await Promise.all(
    process.env.BASE_URL
      ? (['ADMIN', 'CUSTOMER', 'OTHER_CUSTOMER'] as const).map((role) => fromEnvironment(url, role))
      : [
          signedIn(url, 'admin@example.com', 'Administrator-demo-1'),
          registered(url, { name: 'Owner Ownersdottir' }),
          registered(url),
        ],
  )) as [Person, Person, Person];
  const sku = await stockProduct(admin.client, owner.client, { quantity: 1000 });
  const order = orderFor(sku);
  const shippingAddress = { ...order.shippingAddress, street: 'Owners Lane 1' };
  const { body } = await owner.client.placeOrder({ ...order, shippingAddress });
  await decided(owner.client, body.orderId);
  await until(
    () => owner.client.get(`/api/fulfillment/orders/${body.orderId}`),
    (answer) => answer.body.shipment?.status === 'requested',
  );
  await until(
    () => owner.client.get('/api/notifications/messages'),
    (answer) => answer.body.items[0]?.status === 'sent',
  );
  return { ...shop, endpoints: all, admin, owner, other, orderId: body.orderId, sku };
};

export const stopSecured = async (shop: Secured | undefined): Promise<void> => {
  await shop?.stop();
  await cleanUp();
};

/** Everything that the shop's tables hold, as text; of the local shop only. */
const tablesOf = async ({ dataFolder = '' }: Shop): Promise<string[]> => {
  const tables = ofType(await packagedTemplates(), 'AWS::DynamoDB::Table');
  const items = await Promise.all(tables.map(({ properties }) => itemsOf(dataFolder, properties.TableName)));
  return items
    .flat()
    .map((item) => JSON.stringify(item, sortKeys))
    .sort();
};

/** DynamoDB keeps no order of fields. */
const sortKeys = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The tables once nothing is under way any more: twice the same. */
export const quietTablesOf = async (shop: Shop): Promise<string[]> => {
  let [before, now]: string[][] = [[], await tablesOf(shop)];
  for (const deadline = Date.now() + 30_000; JSON.stringify(before) !== JSON.stringify(now); ) {
    if (Date.now() > deadline) throw new Error('the tables still change after 30 s');
    await new Promise((resolve) => setTimeout(resolve, 300));
    [before, now] = [now, await tablesOf(shop)];
  }
  return now as string[];
};

/** For what needs the shop's data folder or its outbox, or would burden a deployed stage. */
export const isLocal = !process.env.BASE_URL;
