import { randomUUID } from 'node:crypto';

/** An answer of the shop's API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

/** Sends requests as one person, or as nobody without a token. */
export interface Client {
  send(
    method: string,
    path: string,
    options?: { body?: unknown; raw?: string | Buffer<ArrayBuffer>; headers?: Record<string, string> },
  ): Promise<Answer>;
  get(path: string): Promise<Answer>;
  placeOrder(order: object, idempotencyKey?: string): Promise<Answer>;
}

export const createClient = (url: string, token?: string): Client => {
  const send: Client['send'] = async (method, path, { body, raw, headers = {} } = {}) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  };
  return {
    send,
    get: (path) => send('GET', path),
    placeOrder: (order, idempotencyKey = randomUUID()) =>
      send('POST', '/api/orders', { body: order, headers: { 'idempotency-key': idempotencyKey } }),
  };
};

const signIn = async (url: string, email: string, password: string): Promise<Client> => {
  const answer = await createClient(url).send('POST', '/api/users/sign-in', { body: { email, password } });
  if (answer.status !== 200)
    throw new Error(`sign-in of ${email}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return createClient(url, answer.body.accessToken);
};

/** The demo customer, or the one of a deployed stage from `CUSTOMER_EMAIL` and `CUSTOMER_PASSWORD`. */
export const asCustomer = (url: string): Promise<Client> =>
  signIn(
    url,
    process.env.CUSTOMER_EMAIL ?? 'customer@example.com',
    process.env.CUSTOMER_PASSWORD ?? 'Customer-demo-1',
  );

/** The demo administrator, or the one of a deployed stage from `ADMIN_EMAIL` and `ADMIN_PASSWORD`. */
export const asAdmin = (url: string): Promise<Client> =>
  signIn(
    url,
    process.env.ADMIN_EMAIL ?? 'admin@example.com',
    process.env.ADMIN_PASSWORD ?? 'Administrator-demo-1',
  );

/** A deployed stage is further away, and its firewall counts an address's requests. */
const ASK_EVERY_MS = process.env.BASE_URL ? 500 : 20;

/** Asks again, every so often, until `isDone` holds. Fails after 30 s with the last answer. */
export const until = async (
  ask: () => Promise<Answer>,
  isDone: (answer: Answer) => boolean,
  everyMs = ASK_EVERY_MS,
): Promise<Answer> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`not within 30 s; last: ${answer.status} ${JSON.stringify(answer.body)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};

/** A product of its own with stock, so that no test depends on what another bought. */
export const stockProduct = async (
  admin: Client,
  customer: Client,
  { quantity, price = 1000 }: { quantity: number; price?: number },
) => {
  const sku = `T-${randomUUID().slice(0, 8).toUpperCase()}`;
  const product = await admin.send('PUT', `/api/catalog/products/${sku}`, {
    body: { name: `Test ${sku}`, price: { amount: price, currency: 'EUR' } },
  });
  if (product.status >= 300) throw new Error(`product: ${product.status} ${JSON.stringify(product.body)}`);
  if (quantity > 0) {
    const receipt = await admin.send('POST', `/api/fulfillment/stock/${sku}/receipts`, {
      body: { quantity },
      headers: { 'idempotency-key': randomUUID() },
    });
    if (receipt.status >= 300) throw new Error(`receipt: ${receipt.status} ${JSON.stringify(receipt.body)}`);
  }
  // Orders has a price list of its own, fed by events: a wrong total tells when the price has arrived.
  await until(
    () => customer.placeOrder({ ...orderFor(sku), total: { amount: price + 1, currency: 'EUR' } }),
    (answer) => answer.status === 409,
  );
  return sku;
};

/** A valid order of one SKU. */
export const orderFor = (sku: string, quantity = 1, paymentMethod = 'pm_card_visa') => ({
  currency: 'EUR',
  lines: [{ sku, quantity }],
  paymentMethod,
  shippingAddress: {
    name: 'Ada Lovelace',
    street: '12 St James Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  },
});

/** The order once the workflow has decided. */
export const decided = (client: Client, orderId: string, everyMs?: number): Promise<Answer> =>
  until(
    () => client.get(`/api/orders/${orderId}`),
    ({ body }) => ['confirmed', 'rejected', 'shipped'].includes(body.status),
    everyMs,
  );
