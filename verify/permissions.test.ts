import { expect, test } from '@jest/globals';
import { wideGrants } from './permissions.ts';

const table = 'arn:aws:dynamodb:us-east-1:1:table/orders';

const found = (statement: object, Type = 'AWS::IAM::Role') => {
  const Policies = [{ PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } }];
  return wideGrants({ service: 'orders', resources: { Role: { Type, Properties: { Policies } } } }).map(
    ({ rule, where }) => `${rule} ${where}`,
  );
};

test.each([
  [{ Action: ['dynamodb:GetItem'], Resource: [table] }, []],
  [{ Action: 'dynamodb:*', Resource: table }, ['dynamodb:* orders.Role']],
  [{ Action: ['*'], Resource: table }, ['* orders.Role']],
  [{ Action: 'dynamodb:GetItem', Resource: '*' }, ['dynamodb:GetItem orders.Role']],
  [{ Action: 'dynamodb:GetItem', Resource: { 'Fn::Sub': `${table}*` } }, ['dynamodb:GetItem orders.Role']],
  [{ NotAction: 'dynamodb:GetItem', Resource: table }, ['NotAction orders.Role']],
  [{ Action: 'dynamodb:GetItem', NotResource: table }, ['NotResource orders.Role']],
  [{ Effect: 'Deny', Action: '*', Resource: '*' }, []],
  // On the list.
  [{ Action: ['xray:PutTraceSegments'], Resource: ['*'] }, []],
  [{ Action: ['xray:GetTraceSummaries'], Resource: ['*'] }, ['xray:GetTraceSummaries orders.Role']],
])('%j', (statement, expected) => {
  expect(found(statement)).toEqual(expected);
});
