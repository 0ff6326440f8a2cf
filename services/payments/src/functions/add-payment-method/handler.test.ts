import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { logger } from '@emporium/functions';
import { captureLogs, httpEvent, lambdaContext } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler } from './handler.ts';

process.env.LINK_payments_SandboxTable = JSON.stringify({ name: 'emporium-payments-test-SandboxTable' });
const table = mockClient(DynamoDBDocumentClient);
const handler = createHandler({ now: () => new Date('2026-07-01T12:00:00.000Z') });
const customer = { id: '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f' };
const card = { number: '4242 4242 4242 4242', expMonth: 12, expYear: 2034, cvc: '737' };

const add = async (body: unknown) => {
  const answer = await handler(
    httpEvent({ method: 'POST', body, customer }),
    lambdaContext('addPaymentMethod'),
  );
  return { status: answer.statusCode, text: answer.body ?? '', body: JSON.parse(answer.body ?? 'null') };
};

beforeEach(() => {
  table.reset();
  table.on(PutCommand).resolves({});
});

test('answers a token, the brand and the last four digits', async () => {
  await expect(add(card)).resolves.toMatchObject({
    status: 201,
    body: { id: expect.stringMatching(/^pm_/), brand: 'visa', last4: '4242' },
  });
});

test('the number is stored nowhere, answered nowhere and logged nowhere, whatever happens', async () => {
  // Everything that could ever be logged; tests keep quiet otherwise.
  logger.setLogLevel('DEBUG');
  const logs = captureLogs();
  const answers = [
    await add(card),
    await add({ ...card, expMonth: 13 }),
    await add({ ...card, number: 4242424242424242 }),
    await add({ ...card, number: '5555555555554444' }),
    await add({ ...card, expYear: 2021 }),
    await add(card.number),
    await add(`{ "number": "${card.number}"`),
  ];
  table.on(PutCommand).rejects(new Error('The table is away'));
  answers.push(await add(card));
  logs.stop();
  logger.setLogLevel('SILENT');
  expect(answers.map(({ status }) => status)).toEqual([201, 400, 400, 422, 422, 400, 400, 500]);
  expect(logs.lines).toContainEqual(expect.objectContaining({ level: 'ERROR' }));
  const traces = [
    ...answers.map(({ text }) => text),
    logs.text,
    ...table.commandCalls(PutCommand).map((call) => JSON.stringify(call.args[0].input)),
  ].join('\n');
  expect(table.commandCalls(PutCommand)).toHaveLength(2);
  expect(traces.replaceAll(/[ -]/g, '')).not.toMatch(/4242424242424242|5555555555554444/);
  expect(traces).not.toContain('737');
});

test.each([
  ['number', { number: 'four' }],
  ['number', { number: undefined }],
  ['expMonth', { expMonth: 1.5 }],
  ['expYear', { expYear: 34 }],
  ['cvc', { cvc: 737 }],
])('names the field %s of %j', async (field, fault) => {
  await expect(add({ ...card, ...fault })).resolves.toMatchObject({
    status: 400,
    body: { errors: [{ field }] },
  });
});
