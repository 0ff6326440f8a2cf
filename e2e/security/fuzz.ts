import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Endpoint, pathOf } from './support/endpoints.ts';
import { inParallel } from './support/in-parallel.ts';
import { placesOf, withValue } from './support/leaves.ts';
import type { Secured } from './support/secured.ts';

/** Requests of one route. A failure names its seed, to be given to `fc.assert`. */
const RUNS = 50;

/** How long an answer may take, on a busy machine. */
const LIMIT_MS = 20_000;

interface Request {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: string;
  readonly key: string;
  readonly body: unknown;
}

const text = () => fc.string({ unit: 'binary', maxLength: 40 });

/** What may stand anywhere in a body. */
const anything = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom(null, true, 0, -1, 0.1, 1e308, '', ' ', [], {}, '0', 'null'),
    fc.constantFrom('constructor', '__proto__', "' OR 1=1 --", '../..', '\ud800', '{{7*7}}'),
    fc.jsonValue({ maxDepth: 4 }),
    text(),
  );

/** The sample with something else at some of its places, or anything at all. */
const bodyOf = (sample: unknown): fc.Arbitrary<unknown> => {
  const change = fc.record({ place: fc.constantFrom(...placesOf(sample)), value: anything() });
  const changed = fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) =>
    // From the inside out, so that no place is gone before its turn.
    changes
      .toSorted((a, b) => b.place.length - a.place.length)
      .reduce((body, { place, value }) => withValue(body, place, value), sample),
  );
  return fc.oneof({ weight: 4, arbitrary: changed }, anything());
};

const queryOf = ({ sample }: Endpoint): fc.Arbitrary<string> => {
  const name = fc.oneof(fc.constantFrom('limit', 'cursor', '__proto__'), text());
  const query = fc.dictionary(name, text(), { maxKeys: 4 });
  return fc.oneof(
    fc.constant(sample.query),
    query.map((parameters) => new URLSearchParams(parameters).toString()),
  );
};

const requestOf = (endpoint: Endpoint): fc.Arbitrary<Request> => {
  const { pathParameters, body } = endpoint.sample;
  const parameters = Object.entries(pathParameters).map(([name, good]) => [
    name,
    fc.oneof(fc.constant(good), text()),
  ]);
  return fc.record({
    parameters: fc.record(Object.fromEntries(parameters)),
    query: queryOf(endpoint),
    key: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 120 }),
    body: body === undefined ? fc.constant(undefined) : bodyOf(body),
  }) as fc.Arbitrary<Request>;
};

export const fuzzTests = (shop: () => Secured) => {
  const send = async (endpoint: Endpoint, { parameters, query, key, body }: Request) => {
    const response = await fetch(new URL(`${pathOf(endpoint, parameters)}?${query}`, shop().url), {
      method: endpoint.method,
      headers: {
        authorization: `Bearer ${shop().admin.tokens.accessToken}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      said: await response.text(),
    };
  };

  /** Good, or a problem document, or one of API Gateway's own refusals. */
  const isFine = ({ status, type, said }: Awaited<ReturnType<typeof send>>): boolean => {
    if (status < 400) return true;
    if (status >= 500) return false;
    const answer = JSON.parse(said);
    return type === 'application/problem+json'
      ? answer.status === status && typeof answer.title === 'string'
      : ['Bad Request', 'Not Found'].includes(answer.message);
  };

  test('whatever is sent to a route, an answer comes, and it is no failure of ours', async () => {
    await inParallel(
      shop().endpoints,
      (endpoint) =>
        fc.assert(
          fc.asyncProperty(requestOf(endpoint), async (request) => {
            const answer = await send(endpoint, request);
            if (!isFine(answer)) throw new Error(`${endpoint.key}: ${JSON.stringify(answer)}`);
          }),
          { numRuns: RUNS, endOnFailure: true },
        ),
      4,
    );
    expect(shop().endpoints.length).toBeGreaterThan(20);
    expect(shop().printed.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
  });
};
