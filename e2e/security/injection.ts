import { expect, test } from '@jest/globals';
import { ask } from './support/ask.ts';
import { pathOf } from './support/endpoints.ts';
import { inParallel } from './support/in-parallel.ts';
import { type RawAnswer, rawRequest } from './support/raw.ts';
import { isLocal, type Secured } from './support/secured.ts';

/** What would break a header, a log line or a terminal; `INJECTED` shows where it comes out. */
const payloads = {
  'a line break': 'x\r\nINJECTED: 1',
  'a line feed': 'x\nINJECTED: 1',
  'a break of Unicode': 'x\u2028INJECTED\u2029\u0085',
  'an ANSI sequence': '\u001b[2J\u001b]0;INJECTED\u0007',
  'an ANSI sequence of one byte': '\u009b2JINJECTED',
  'a NUL': 'x\u0000INJECTED',
  'a log line': '"}\n{"level":"ERROR","message":"INJECTED"}',
  markup: '<script>INJECTED</script>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what somebody else would fill in
  'a template': '${jndi:ldap://INJECTED}{{INJECTED}}%s%n',
  'a right-to-left override': '\u202eINJECTED',
};

/** What a client may find of its own in an answer's headers: nothing at all. */
const headersOf = ({ head }: Pick<RawAnswer, 'head'>) => head.includes('injected');

export const injectionTests = (shop: () => Secured) => {
  const token = () => shop().admin.tokens.accessToken;

  test('nothing that a client sends in a path or a query comes back in a header, or breaks an answer', async () => {
    const { url, endpoints } = shop();
    const attempts = endpoints.flatMap((endpoint) =>
      Object.entries(payloads).map(([name, payload]) => ({ endpoint, name, payload })),
    );

    const failed = await inParallel(attempts, async ({ endpoint, name, payload }) => {
      const names = Object.keys(endpoint.sample.pathParameters);
      const parameters = Object.fromEntries(names.map((each) => [each, payload]));
      const encoded = encodeURIComponent(payload);
      const answer = await rawRequest(url, {
        method: endpoint.method,
        target: `${pathOf(endpoint, parameters)}?limit=${encoded}&cursor=${encoded}&${encoded}=${encoded}`,
        headers: [`authorization: Bearer ${token()}`, 'content-type: application/json', 'content-length: 2'],
        body: '{}',
      });
      const isFine = answer.status >= 200 && answer.status < 500 && !headersOf(answer);
      return isFine ? [] : [`${endpoint.key}, ${name}: ${answer.status}`];
    });

    expect(failed.flat()).toEqual([]);
  });

  test('nor what it sends in a header', async () => {
    const { url } = shop();
    const names = [
      'x-correlation-id',
      'idempotency-key',
      'user-agent',
      'x-amzn-trace-id',
      'accept-encoding',
      'origin',
    ];
    const attempts = names.flatMap((name) =>
      [...Object.values(payloads), 'x'.repeat(5000), '\u00ff\u00fe', ' ', ''].map((value) => ({
        name,
        value,
      })),
    );

    const failed = await inParallel(attempts, async ({ name, value }) => {
      // A line break would only begin another header: that is the client's right.
      const sent = value.replaceAll(/\r?\n/g, '%0d%0a');
      const answer = await rawRequest(url, {
        target: '/api/orders',
        headers: [`${name}: ${Buffer.from(sent).toString('latin1')}`, `authorization: Bearer ${token()}`],
      });
      const id = /x-correlation-id: (.*)/.exec(answer.head)?.[1] ?? 'x';
      const isFine =
        [200, 400].includes(answer.status) && !headersOf(answer) && /^[\w.:=-]{1,128}$/.test(id.trim());
      return isFine ? [] : [`${name}: ${JSON.stringify(value.slice(0, 40))}: ${answer.status} ${id}`];
    });

    expect(failed.flat()).toEqual([]);
  });

  test('nor what it sends in a body, as a value or as a name', async () => {
    const { url, endpoints } = shop();
    const attempts = endpoints
      .filter(({ sample }) => sample.body !== undefined)
      .flatMap((endpoint) => Object.values(payloads).map((payload) => ({ endpoint, payload })));

    const failed = await inParallel(attempts, async ({ endpoint, payload }) => {
      const broken = Object.fromEntries(Object.keys(endpoint.sample.body).map((name) => [name, payload]));
      const answers = await Promise.all(
        [broken, { ...endpoint.sample.body, [payload]: payload }].map((body) =>
          ask(url, endpoint, { token: token(), body }),
        ),
      );
      const isFine = answers.every(
        ({ status, headers }) =>
          [400, 401].includes(status) && !JSON.stringify([...headers]).includes('INJECTED'),
      );
      return isFine
        ? []
        : [`${endpoint.key}: ${answers.map(({ status }) => status)} ${JSON.stringify(payload)}`];
    });

    expect(failed.flat()).toEqual([]);
  });

  test('names and values of any length are answered shortly', async () => {
    const { url, endpoints } = shop();
    const bodies = [{ ['n'.repeat(100_000)]: 1 }, { a: { ['n'.repeat(100_000)]: ['\ud800', '\ud800'] } }];

    const sizes = await inParallel(
      endpoints
        .filter(({ sample }) => sample.body !== undefined)
        .flatMap((e) => bodies.map((body) => ({ e, body }))),
      async ({ e, body }) => {
        const answer = await ask(url, e, { token: token(), body });
        return { route: e.key, status: answer.status, isShort: JSON.stringify(answer.body).length < 10_000 };
      },
    );

    expect(sizes).toEqual(sizes.map(({ route }) => ({ route, status: 400, isShort: true })));
  });

  if (isLocal) {
    test('the log stays one JSON object a line, without control characters, and with nothing of all that', () => {
      const lines = shop().printed;
      const structured = lines.flatMap((line) => /^\S+ +(\{.*)$/.exec(line)?.[1] ?? []);

      expect(structured.length).toBeGreaterThan(100);
      for (const line of structured) expect(() => JSON.parse(line)).not.toThrow();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/.test(line))).toEqual([]);
      expect(lines.filter((line) => line.includes('INJECTED'))).toEqual([]);
      expect(lines.filter((line) => line.length > 10_000)).toEqual([]);
    });
  }
};
