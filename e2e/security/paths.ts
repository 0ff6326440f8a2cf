import { expect, test } from '@jest/globals';
import { inParallel } from './support/in-parallel.ts';
import { rawRequest } from './support/raw.ts';
import { isLocal, type Secured } from './support/secured.ts';

export const pathTests = (shop: () => Secured) => {
  const authorization = () => `authorization: Bearer ${shop().other.tokens.accessToken}`;

  test('a path leads nowhere but where it says', async () => {
    const { url, orderId, owner } = shop();
    const order = `/api/payments/orders/${orderId}`;
    const targets = [
      '/api/orders/../users/me',
      '/api/orders/%2e%2e/users/me',
      '/api/orders/%252e%252e/users/me',
      '/api/orders/..%2fusers%2fme',
      '/api/orders/..%5cusers%5cme',
      '/api/orders/..;/users/me',
      '/api/catalog/../orders',
      '/api/catalog/%2e%2e/orders',
      '//api/users/me',
      '/api//users/me',
      '/api/users//me',
      '/api/users/me/',
      '/api/users/me/.',
      '/api/users/me%00',
      '/api/users/me%20',
      '/api/users/me;x=1',
      '/api/users/ME',
      '/API/users/me',
      '/api/usersx/me',
      '/$default/api/users/me',
      '/.%2e/api/users/me',
      `/api/catalog/..${order}`,
      `${order}/../../orders/${orderId}`,
      `${order}%2f..%2f${orderId}`,
      `/api/orders/${orderId}%00`,
      `/api/orders/${orderId}%0a`,
      `/api/orders/${orderId}/`,
      `/api/orders/%20${orderId}`,
      `/api/orders/${encodeURIComponent(`${orderId}?x`)}`,
    ];

    const reached = await inParallel(targets, async (target) => {
      const answer = await rawRequest(url, { target, headers: [authorization()] });
      const isRefused = [400, 403, 404].includes(answer.status);
      return isRefused && !answer.body.includes(owner.id) ? [] : [`${target} ${answer.status}`];
    });

    expect(reached.flat()).toEqual([]);
  });

  test('no header or parameter makes another method of a request, and no unknown method does anything', async () => {
    const { url, admin, sku } = shop();
    const target = `/api/catalog/products/${sku}`;
    const token = `authorization: Bearer ${admin.tokens.accessToken}`;
    const override = ['x-http-method-override', 'x-http-method', 'x-method-override', '_method'].map(
      (name) => `${name}: DELETE`,
    );

    const read = await rawRequest(url, { target: `${target}?_method=DELETE`, headers: [token, ...override] });
    const methods = [
      'HEAD',
      'PATCH',
      'POST',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
      'LINK',
      'PURGE',
      'delete',
      'GE',
      'X',
    ];
    const answers = await inParallel(methods, (method) =>
      rawRequest(url, { method, target, headers: [token] }),
    );

    expect(read.status).toBe(200);
    expect(answers.filter(({ status }) => status < 400 || status >= 500)).toEqual([]);
    expect((await admin.client.get(target)).status).toBe(200);
  });

  test('the host that a client names stands in no answer and leads nowhere else', async () => {
    const { url } = shop();
    const evil = 'evil.example';
    const answers = await inParallel(
      [
        [
          `x-forwarded-host: ${evil}`,
          `forwarded: host=${evil}`,
          `x-host: ${evil}`,
          `x-original-url: /${evil}`,
        ],
        ...(isLocal ? [[`host: ${evil}`], [`host: ${evil}:80@127.0.0.1`]] : []),
      ],
      (headers) => rawRequest(url, { target: '/api/users/me', headers: [...headers, authorization()] }),
    );

    for (const { head, body } of answers) expect(`${head}${body}`).not.toContain(evil);
    const absolute = await rawRequest(url, {
      target: `http://${evil}/api/users/me`,
      headers: [authorization()],
    });
    expect(`${absolute.head}${absolute.body}`).not.toContain(evil);
  });

  test('pages of other origins read nothing', async () => {
    const { url } = shop();
    const origins = ['https://evil.example', 'null', url, 'https://shop.example.com.evil.example'];
    const answers = await inParallel(origins, async (origin) => [
      await rawRequest(url, { target: '/api/users/me', headers: [`origin: ${origin}`, authorization()] }),
      await rawRequest(url, {
        method: 'OPTIONS',
        target: '/api/users/me',
        headers: [
          `origin: ${origin}`,
          'access-control-request-method: DELETE',
          'access-control-request-headers: authorization',
        ],
      }),
    ]);

    for (const { head } of answers.flat()) expect(head).not.toContain('access-control-allow');
  });
};
