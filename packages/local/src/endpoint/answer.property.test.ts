import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAnswer } from './answer.ts';

const failures: unknown[] = [];
const answer = createAnswer({
  region: 'us-east-1',
  find: () => ({
    permissions: () => [],
    route: ({ path, query }) => ({ action: path, input: Object.fromEntries(query) }),
    handle: async () => ({}),
  }),
  authorize: () => {},
  caller: () => undefined,
  failed: (_call, error) => void failures.push(error),
});

const target = fc.oneof(
  fc.constantFrom('AmazonSQS.SendMessage', 'secretsmanager.GetSecretValue', 'TrentService.Decrypt', 'x', ''),
  fc.string(),
);
const authorization = fc.oneof(
  fc.string(),
  fc
    .tuple(fc.string(), fc.string(), fc.string())
    .map(
      ([credential, headers, signature]) =>
        `AWS4-HMAC-SHA256 Credential=${credential}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=${headers};host, Signature=${signature}`,
    ),
);
const headers = fc.record(
  {
    'x-amz-target': target,
    'content-type': fc.constantFrom('application/x-amz-json-1.0', 'application/x-www-form-urlencoded', 'a/b'),
    authorization,
    'x-amz-date': fc.oneof(fc.constant('20260101T000000Z'), fc.string()),
    'x-amz-content-sha256': fc.string(),
    host: fc.string(),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constantFrom('Action=Publish&Version=2010-03-31&a.entry=1&a.entry.1=2&a.member.1.entry.x=3'),
  fc.webQueryParameters().map((query) => `Action=A&Version=2011-06-15&${query}`),
);

test('no request without a good signature is answered, makes it fail inside, or goes unanswered', async () => {
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS', 'HEAD'),
    url: fc.oneof(
      fc.constant('/'),
      fc.string().map((path) => `/${path}`),
    ),
    headers,
    body: body.map((text) => Buffer.from(text)),
  });
  await fc.assert(
    fc.asyncProperty(request, async (wire) => {
      const { status } = await answer(wire);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(failures).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
