import { expect, test } from '@jest/globals';
import type { Answer } from '../support/client.ts';
import { access } from './support/access.ts';
import { ask } from './support/ask.ts';
import { inParallel } from './support/in-parallel.ts';
import type { Secured } from './support/secured.ts';

const secure = {
  'strict-transport-security': /max-age=\d{8}/,
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /default-src 'none'/,
  'referrer-policy': /./,
};

export const answerTests = (shop: () => Secured) => {
  /** Answers of the functions: good ones, refused ones, and what is not there. */
  const answers = () => {
    const { url, endpoints, admin, owner, orderId, sku } = shop();
    const reads = endpoints.filter(({ method, key }) => method === 'GET' || access[key] === 'everybody');
    return inParallel(reads, async (endpoint) => ({
      endpoint,
      all: await Promise.all([
        ask(url, endpoint, { token: owner.tokens.accessToken, parameters: { orderId, sku } }),
        ask(url, endpoint, { token: admin.tokens.accessToken, raw: endpoint.sample.body && '{' }),
        ask(url, endpoint, { token: admin.tokens.accessToken, parameters: { orderId: 'x', sku: 'x' } }),
      ]),
    }));
  };
  const flat = async () =>
    (await answers()).flatMap(({ endpoint, all }) => all.map((answer) => ({ endpoint, answer })));

  test('every answer has the headers that keep a browser from doing harm with it', async () => {
    const lacking = (await flat()).flatMap(({ endpoint, answer }) =>
      Object.entries(secure)
        .filter(([name, pattern]) => !pattern.test(answer.headers.get(name) ?? ''))
        .map(([name]) => `${endpoint.key} ${answer.status}: ${name}`),
    );

    expect(lacking).toEqual([]);
  });

  test('no answer sets a cookie, or tells what made it', async () => {
    const telling = (await flat()).filter(({ answer: { headers } }) =>
      ['set-cookie', 'x-powered-by', 'x-amzn-remapped-server', 'x-aspnet-version'].some((name) =>
        headers.has(name),
      ),
    );

    expect(telling).toEqual([]);
  });

  test('nothing personal, and no error, may be kept by anybody', async () => {
    const isPublic = ({ status }: Answer, key: string) => access[key] === 'everybody' && status === 200;
    const kept = (await flat())
      .filter(({ endpoint, answer }) => !isPublic(answer, endpoint.key))
      .filter(({ answer }) => answer.headers.get('cache-control') !== 'no-store')
      .map(({ endpoint, answer }) => `${endpoint.key} ${answer.status}`);

    expect(kept).toEqual([]);
  });

  test('an error says nothing of what is inside', async () => {
    const errors = (await flat()).filter(({ answer }) => answer.status >= 400);

    expect(errors.length).toBeGreaterThan(20);
    for (const { answer } of errors) {
      expect(JSON.stringify(answer.body)).not.toMatch(
        /stack|node_modules|\.[cm]?[jt]s:\d|arn:aws|emporium-\w+-\w+-|amazonaws|Exception|undefined/,
      );
    }
  });
};
