import { expect, test } from '@jest/globals';
import { packageForTest } from '../test-cloud.ts';
import { checkContexts, selectServices } from './only.ts';

const named = (service: string, name: string) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: `emporium-${service}-local-${name}` },
});
const service = (name: string, resources: Record<string, unknown> = {}) =>
  packageForTest({ service: name, resources: { Own: named(name, 'Own'), ...resources } });

const services = [
  service('platform'),
  service('users', {
    Issuer: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/shop/users/issuer', Type: 'String', Value: 'x' },
    },
  }),
  service('catalog'),
  service('payments', {
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: { JwtConfiguration: { Issuer: '{{resolve:ssm:/shop/users/issuer}}' } },
    },
  }),
  service('orders', {
    Workflow: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionString: '{"FunctionName":"emporium-payments-local-capture"}' },
    },
    Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['emporium.catalog'] } } },
  }),
  service('edge', { Door: { Type: 'AWS::CloudFront::Distribution', Properties: {} } }),
];

test.each([
  [undefined, ['platform', 'users', 'catalog', 'payments', 'orders', 'edge'], []],
  [['catalog'], ['platform', 'catalog', 'edge'], ['users', 'payments', 'orders']],
  [['payments'], ['platform', 'users', 'payments', 'edge'], ['catalog', 'orders']],
  // Whoever publishes what it listens to is not needed; what its workflow calls is, and what that needs.
  [['orders'], ['platform', 'users', 'payments', 'orders', 'edge'], ['catalog']],
])('--only %j', (only, kept, absent) => {
  const selection = selectServices(services, only, 'local');
  expect(selection.kept.map((each) => each.service)).toEqual(kept);
  expect(selection.absent).toEqual(absent);
});

test('a name that is no context is refused with the names that are', () => {
  expect(() => checkContexts(['orders', 'order'], ['platform', 'orders'])).toThrow(
    /^--only: there is no context "order"\. There are: platform, orders$/,
  );
});
