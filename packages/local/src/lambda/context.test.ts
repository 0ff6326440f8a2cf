import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Functions, startFunctions } from './test-functions.ts';

const functions = {
  context: `export const handler = async (event, context) => {
    const before = context.getRemainingTimeInMillis();
    await new Promise((done) => setTimeout(done, 60));
    return { event, ...context, counted: before - context.getRemainingTimeInMillis(), before };
  };`,
  clock: `export const handler = async (event, context) => {
    const before = context.getRemainingTimeInMillis();
    Date.now = () => 0;
    return before - context.getRemainingTimeInMillis();
  };`,
  environment: `export const handler = async () => ({ ...process.env });`,
};
const CLIENT_CONTEXT = { client: { app_title: 'till' }, custom: { n: 1 } };

let shop: Functions;
beforeAll(async () => {
  shop = await startFunctions({
    functions,
    properties: {
      context: { MemorySize: 512, Timeout: 7 },
      environment: { Environment: { Variables: { GREETING: 'hello', LANG: 'de_DE.UTF-8', COUNT: 3 } } },
    },
  });
});
afterAll(() => shop.stop());

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:emporium-shop-local-context';

const contextOf = async (input: object) => JSON.parse((await shop.call('context', input)).Payload ?? '');

test('the context is that of Lambda', async () => {
  const context = await contextOf({ Payload: '{"n":1}' });
  expect(context).toEqual({
    event: { n: 1 },
    functionName: 'emporium-shop-local-context',
    functionVersion: '$LATEST',
    invokedFunctionArn: ARN,
    memoryLimitInMB: '512',
    awsRequestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    logGroupName: '/aws/lambda/emporium-shop-local-context',
    logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    callbackWaitsForEmptyEventLoop: true,
    before: expect.any(Number),
    counted: expect.any(Number),
  });
  expect(context.before).toBeLessThanOrEqual(7_000);
  expect(context.before).toBeGreaterThan(6_000);
  expect(context.counted).toBeGreaterThanOrEqual(50);
  const again = await contextOf({});
  expect(again.event).toEqual({});
  expect(again.awsRequestId).not.toBe(context.awsRequestId);
  expect(again.logStreamName).toBe(context.logStreamName);
});

test('it names the qualifier that the caller gave, and what the client says of itself', async () => {
  expect((await contextOf({ Qualifier: '$LATEST' })).invokedFunctionArn).toBe(`${ARN}:$LATEST`);
  expect((await contextOf({ FunctionName: `${ARN}:$LATEST` })).invokedFunctionArn).toBe(`${ARN}:$LATEST`);
  const ClientContext = Buffer.from(JSON.stringify(CLIENT_CONTEXT)).toString('base64');
  expect((await contextOf({ ClientContext })).clientContext).toEqual(CLIENT_CONTEXT);
});

test('the time that is left counts down whatever the clock says', async () => {
  expect(Math.abs((await shop.invoke('clock')).answer)).toBeLessThan(1_000);
});

test('the environment is what the template and Lambda set, and nothing of this machine', async () => {
  process.env.SECRET_OF_THE_HOST = 'not for functions';
  const { answer } = await shop.invoke('environment');
  expect(Object.keys(answer).sort()).toEqual(
    [
      ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL'],
      ...['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_EXECUTION_ENV', 'AWS_XRAY_CONTEXT_MISSING'],
      ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
      ...['AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_LAMBDA_INITIALIZATION_TYPE'],
      ...['LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR', '_HANDLER', '_X_AMZN_TRACE_ID'],
      ...['LANG', 'PATH', 'LD_LIBRARY_PATH', 'NODE_PATH', 'TZ', 'POWERTOOLS_TRACE_ENABLED'],
      ...['GREETING', 'COUNT'],
    ].sort(),
  );
  expect(answer).toMatchObject({ GREETING: 'hello', COUNT: '3', LANG: 'de_DE.UTF-8', TZ: ':UTC' });
  expect(answer.PATH).not.toBe(process.env.PATH);
});
