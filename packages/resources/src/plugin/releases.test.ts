import { afterAll, expect, test } from '@jest/globals';
import { createShop } from './test-shop.ts';

const shop = createShop({
  platform: '{ EventBus: r.bus() }',
  orders: `{
    OrdersTable: r.table({ partitionKey: 'pk', stream: true }),
    Flow: r.stateMachine({ invoke: ['payments.step'] }),
  }`,
  payments: '{}',
  edge: '{ OriginSecret: r.secret() }',
});
afterAll(shop.remove);

const canary = 'LambdaCanary10Percent5Minutes';
const task = (FunctionName: string) => ({ Type: 'Task', Arguments: { FunctionName } });
const orders = (release = canary) => ({
  context: 'orders',
  release,
  functions: {
    placeOrder: { events: [{ httpApi: {} }] },
    onPaid: { events: [{ subscribe: ['orders.OrderPlaced'] }] },
    relay: { events: [{ outbox: 'OrdersTable' }] },
    confirm: {},
  },
});

test('a stage that releases all at once has no versions, and invokes the functions themselves', async () => {
  const workflow = { States: { Pay: task('emporium-payments-dev-step') } };
  const { resources, functions, serverless } = await shop.run({ ...orders('all-at-once'), workflow });

  expect(serverless.service.provider.versionFunctions).toBeUndefined();
  expect(functions.placeOrder?.targetAlias).toBeUndefined();
  expect(Object.values(resources).filter(({ Type }) => /Lambda::Alias|CodeDeploy|Alarm/.test(Type))).toEqual(
    [],
  );
  expect(resources.OnPaidQueueSource?.Properties.FunctionName).toEqual({
    'Fn::GetAtt': ['onPaidLambdaFunction', 'Arn'],
  });
  expect(workflow.States.Pay.Arguments.FunctionName).toBe('emporium-payments-dev-step');
});

test('where a stage releases step by step, everything invokes the alias', async () => {
  const { resources, functions, serverless } = await shop.run(orders());

  expect(serverless.service.provider).toMatchObject({
    versionFunctions: true,
    pruneFunctionVersions: { number: 10 },
  });
  expect(functions.placeOrder?.targetAlias).toEqual({ name: 'live', logicalId: 'PlaceOrderLiveAlias' });
  expect(resources.OnPaidQueueSource?.Properties.FunctionName).toEqual({ Ref: 'OnPaidLiveAlias' });
  expect(resources.RelayStreamSource?.Properties.FunctionName).toEqual({ Ref: 'RelayLiveAlias' });
  expect(JSON.stringify(resources.FlowRole)).toContain(':function:emporium-payments-dev-step:live"');
});

test('a workflow names the aliases, wherever its tasks stand, and once only', async () => {
  const shared = task('emporium-payments-dev-step');
  const workflow = {
    States: {
      Pay: shared,
      PayAgain: shared,
      Each: { ItemProcessor: { States: { Pay: task('emporium-payments-dev-step') } } },
      Any: task('{% $states.input.name %}'),
    },
  };
  await shop.run({ ...orders(), workflow });

  expect(JSON.stringify(workflow).match(/emporium-payments-dev-step[^"]*/g)).toEqual([
    'emporium-payments-dev-step:live',
    'emporium-payments-dev-step:live',
    'emporium-payments-dev-step:live',
  ]);
  expect(workflow.States.Any.Arguments.FunctionName).toBe('{% $states.input.name %}');
});

test('CodeDeploy moves the alias, and back at an alarm on the new version', async () => {
  const { resources } = await shop.run(orders());

  expect(resources.PlaceOrderLiveAlias).toMatchObject({
    DependsOn: ['PlaceOrderDeploymentGroup'],
    UpdatePolicy: {
      CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: 'PlaceOrderDeploymentGroup' } },
    },
    Properties: { FunctionVersion: { 'Fn::GetAtt': ['placeOrderLambdaVersion', 'Version'] } },
  });
  expect(resources.PlaceOrderDeploymentGroup?.Properties).toMatchObject({
    DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    AlarmConfiguration: {
      Enabled: true,
      Alarms: [{ Name: { Ref: 'PlaceOrderFailuresAlarm' } }, { Name: { Ref: 'PlaceOrderSlownessAlarm' } }],
    },
    AutoRollbackConfiguration: {
      Enabled: true,
      Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_FAILURE']),
    },
  });
  expect(resources.ConfirmDeploymentGroup?.Properties).toMatchObject({
    AlarmConfiguration: { Alarms: [{ Name: { Ref: 'ConfirmFailuresAlarm' } }] },
  });
});

test('what a function throws as an answer is no failure; what it hides from Lambda is one', async () => {
  const { resources } = await shop.run(orders());
  const metrics = (id: string) => JSON.stringify(resources[id]?.Properties.Metrics);

  expect(metrics('PlaceOrderFailuresAlarm')).toContain('FILL(errors, 0) + FILL(misjudged, 0)');
  expect(metrics('OnPaidFailuresAlarm')).toContain('"MetricName":"Faults"');
  expect(metrics('ConfirmFailuresAlarm')).toContain('FILL(errors, 0) - FILL(misjudged, 0)');
  expect(metrics('ConfirmFailuresAlarm')).toContain('"MetricName":"Refusals"');
});

test('CodeDeploy may move the aliases of this context, and nothing else', async () => {
  const { resources } = await shop.run(orders());
  const arns = JSON.stringify(resources.ReleaseRole).match(/:function:[^"]*/g);

  expect(arns).toHaveLength(8);
  expect(arns?.every((arn) => /^:function:emporium-orders-dev-\w+(:live)?$/.test(arn))).toBe(true);
});

test('a configuration that CodeDeploy does not have is refused, with the one that was meant', async () => {
  await expect(shop.run(orders('LambdaCanary10Percent5Minute'))).rejects.toThrow(
    'services/stages.yml, dev, release: there is no "LambdaCanary10Percent5Minute". Did you mean "LambdaCanary10Percent5Minutes"?',
  );
});
