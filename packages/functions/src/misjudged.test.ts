import { ProductPublished, ReserveStock } from '@emporium/contracts';
import { captureLogs, httpEvent, lambdaContext, sqsEvent } from '@emporium/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';

const environment = { ...process.env };
let kit: typeof import('./index.ts');
beforeAll(async () => {
  Object.assign(process.env, {
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_METRICS_NAMESPACE: 'Emporium',
    POWERTOOLS_SERVICE_NAME: 'orders',
    AWS_LAMBDA_FUNCTION_NAME: 'emporium-orders-prod-step',
    AWS_LAMBDA_FUNCTION_VERSION: '7',
  });
  jest.resetModules();
  kit = await import('./index.ts');
});
afterAll(() => {
  process.env = environment;
});

let logs: ReturnType<typeof captureLogs>;
beforeEach(() => {
  logs = captureLogs();
});
afterEach(() => logs.stop());

/** What was counted, in the dimensions that a release's alarm asks for. */
const counted = () =>
  logs.lines
    .map((line) => line as unknown as Record<string, unknown>)
    .filter((line) => 'Faults' in line || 'Refusals' in line)
    .map(({ _aws, Faults, Refusals, service, function_name, version }) => {
      const [metric] = (_aws as { CloudWatchMetrics: { Namespace: string; Dimensions: string[][] }[] })
        .CloudWatchMetrics;
      expect(metric?.Namespace).toBe('Emporium');
      expect(metric?.Dimensions.map((names) => [...names].sort())).toEqual([
        ['function_name', 'service', 'version'],
      ]);
      expect([service, function_name, version]).toEqual(['orders', 'emporium-orders-prod-step', '7']);
      return { ...(Faults !== undefined && { Faults }), ...(Refusals !== undefined && { Refusals }) };
    });

test('an answer of 500 is a fault, a refused request is none', async () => {
  const broken = kit.httpHandler({}, async () => {
    throw new RangeError('a defect');
  });
  await broken(httpEvent(), lambdaContext());
  expect(counted()).toEqual([{ Faults: 1 }]);

  const guarded = kit.httpHandler({ roles: ['admin'] }, async () => ({}));
  await guarded(httpEvent(), lambdaContext());
  expect(counted()).toEqual([{ Faults: 1 }]);
});

test('what a workflow expects is a refusal, a defect is left to Lambda', async () => {
  const orderId = 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V';
  const step = (error: Error) =>
    Promise.resolve(
      kit.taskHandler(ReserveStock, async () => {
        throw error;
      })({ orderId, lines: [{ sku: 'MUG', quantity: 1 }] }, lambdaContext()),
    ).catch(() => {});

  await step(new RangeError('a defect'));
  expect(counted()).toEqual([]);
  await step(new kit.DomainError('OutOfStock'));
  expect(counted()).toEqual([{ Refusals: 1 }]);
});

test('each message of a batch that is to come again is a fault', async () => {
  const published = (sku: string) => ({
    contract: ProductPublished,
    data: { sku, name: 'Mug', price: { amount: 999, currency: 'EUR' }, version: 1 },
  });
  const consume = kit.eventHandler({ events: [ProductPublished] }, async ({ data }) => {
    if (data.sku !== 'GOOD') throw new RangeError('a defect');
  });

  await consume(sqsEvent([published('GOOD')]), lambdaContext());
  expect(counted()).toEqual([]);
  await consume(sqsEvent([published('BAD'), published('GOOD'), published('WORSE')]), lambdaContext());
  expect(counted()).toEqual([{ Faults: 2 }]);
});
