import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadResources } from '../packages/local/src/cloudformation/start.ts';
import { silentLog } from '../packages/local/src/log.ts';
import { callAws } from './support/aws.ts';
import { asAdmin, asCustomer, type Client, createClient } from './support/client.ts';
import { cleanUp, type Shop, startShop } from './support/shop.ts';
import { packagedServices } from './support/templates.ts';

// It names the APIs by their own hosts and looks into the secret, for which a deployed stage would need credentials.
const onThisMachine = process.env.BASE_URL ? describe.skip : describe;

interface Route {
  readonly host: string;
  readonly method: string;
  readonly path: string;
}

let shop: Shop;
let routes: Route[];
let token: string;

/** Every route of every API, by the API's own host. */
const readRoutes = async (): Promise<Route[]> => {
  const region = 'us-east-1';
  const resources = loadResources(await packagedServices(), {
    stage: 'local',
    region,
    accountId: '000000000000',
    endpoint: 'http://127.0.0.1:4566',
    log: silentLog,
  });
  return resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Route')
    .map(({ properties }) => {
      const { ApiId, RouteKey } = properties as { ApiId: string; RouteKey: string };
      const [method = '', path = ''] = RouteKey.split(' ');
      return {
        host: `${ApiId}.execute-api.${region}.amazonaws.com`,
        method,
        path: path.replace(/\{\w+\}/g, 'x'),
      };
    });
};

/** Sends a request to an API past the edge, with a token that is good; header values as they are. */
const bypass = ({ host, method, path }: Route, verify?: string | string[]) =>
  new Promise<{ status: number | undefined; type: string | undefined; body: string }>((resolve, reject) => {
    const headers = {
      host,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(verify !== undefined && { 'x-origin-verify': verify }),
    };
    const sent = request(shop.url, { path, method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, type: response.headers['content-type'], body }),
      );
    });
    sent.once('error', reject);
    sent.end(method === 'POST' || method === 'PUT' ? '{}' : undefined);
  });

const secrets = async (action: string, input: object = {}) =>
  (
    await callAws(shop.dataFolder ?? '', `secretsmanager.${action}`, {
      SecretId: '/emporium/local/edge/OriginSecret',
      ...input,
    })
  ).body;
const currentValue = async (): Promise<string> => (await secrets('GetSecretValue')).SecretString;

/** A rotation has come to its end since then; a new secret is rotated at once. It takes half a minute, more on a busy machine. */
const untilRotated = async (since: number): Promise<void> => {
  for (;;) {
    const { LastRotatedDate = 0, VersionIdsToStages } = await secrets('DescribeSecret');
    const isUnderWay = Object.values<string[]>(VersionIdsToStages).flat().includes('AWSPENDING');
    if (LastRotatedDate > since && !isUnderWay) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

onThisMachine('what did not come through the edge', () => {
  beforeAll(async () => {
    routes = await readRoutes();
    shop = await startShop();
    const body = { email: 'customer@example.com', password: 'Customer-demo-1' };
    const signedIn = await createClient(shop.url).send('POST', '/api/users/sign-in', { body });
    token = signedIn.body.accessToken;
  }, 300_000);
  afterAll(() => shop.stop().then(cleanUp));

  test('is refused on every route, whatever else it brings', async () => {
    expect(routes.length).toBeGreaterThan(20);
    // One by one, as each starts a function of its own.
    for (const route of routes) {
      const { status, type, body } = await bypass(route);
      expect([status, type, JSON.parse(body).title]).toEqual([403, 'application/problem+json', 'Forbidden']);
      expect(body).not.toMatch(/origin|secret|verify/i);
    }
  });

  test('is refused with any header but the right one, once', async () => {
    const value = await currentValue();
    const [route] = routes.filter(({ path, method }) => path === '/api/catalog/products' && method === 'GET');
    const wrong = [
      '',
      ' ',
      'wrong',
      value.slice(0, -1),
      `${value}x`,
      value.toUpperCase(),
      [value, value],
      ['', value],
    ];
    for (const verify of wrong) expect((await bypass(route as Route, verify)).status).toBe(403);

    expect((await bypass(route as Route, value)).status).toBe(200);
  });

  test('a client’s own header does not get through the edge', async () => {
    const answer = await createClient(shop.url).send('GET', '/api/catalog/products', {
      headers: { 'x-origin-verify': 'wrong' },
    });
    expect(answer.status).toBe(200);
  });

  test('the start page comes from the bucket, with headers that let it do nothing', async () => {
    const client = createClient(shop.url);
    const page = await client.get('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain('<h1>Emporium</h1>');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/);
    expect(page.headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
    for (const [, link = ''] of page.body.matchAll(/href="([^"]+)"/g)) {
      expect([link, (await client.get(link)).status]).toEqual([link, 200]);
    }
    expect((await client.get('/api-documents/orders.json')).body.openapi).toBe('3.1.0');
    expect((await client.get('/nothing.html')).status).toBe(404);
  });

  test('a catalog read is the same for everybody, whoever asked first', async () => {
    const [customer, nobody] = [await asCustomer(shop.url), createClient(shop.url)];
    const path = `/api/catalog/products?limit=1`;
    const [first, second] = [await customer.get(path), await nobody.get(path)];
    expect(second.headers.get('x-cache')).toBe('Hit from cloudfront');
    expect(second.body).toEqual(first.body);
    const own = await customer.get('/api/orders');
    expect(own.headers.get('x-cache')).toBe('Miss from cloudfront');
    expect((await nobody.get('/api/orders')).status).toBe(401);
  });

  test('a rotation refuses nobody, and then the value before the last is worth nothing', async () => {
    const [customer, admin] = await Promise.all([asCustomer(shop.url), asAdmin(shop.url)]);
    const reads: readonly (readonly [Client, string])[] = [
      [customer, '/api/orders'],
      [customer, '/api/users/me'],
      [customer, '/api/notifications/messages'],
      [admin, '/api/fulfillment/stock/MUG-BLUE'],
    ];
    const statuses = new Map<number, number>();
    let isDone = false;
    const flow = reads.map(async ([client, path]) => {
      while (!isDone) {
        const { status } = await client.get(path);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });

    await untilRotated(0);
    const oldest = await currentValue();
    const values = [oldest];
    for (let i = 0; i < 2; i++) {
      const { LastRotatedDate } = await secrets('DescribeSecret');
      await secrets('RotateSecret');
      await untilRotated(LastRotatedDate);
      values.push(await currentValue());
    }
    isDone = true;
    await Promise.all(flow);

    expect(new Set(values).size).toBe(3);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(200);
    const orders = routes.find(({ path, method }) => path === '/api/orders' && method === 'GET') as Route;
    // An instance that has met no new value yet may take the oldest for five minutes more; the newest tells it.
    const answers = async () => {
      const statuses: (number | undefined)[] = [];
      for (const value of values.toReversed()) statuses.unshift((await bypass(orders, value)).status);
      return statuses;
    };
    let last = await answers();
    while (last[0] !== 403) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      last = await answers();
    }
    expect(last).toEqual([403, 200, 200]);
  }, 300_000);
});
