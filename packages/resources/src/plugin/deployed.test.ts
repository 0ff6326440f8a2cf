import {
  CloudFormationClient,
  CloudFormationServiceException,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import ResourcesPlugin from './index.ts';
import { createShop } from './test-shop.ts';

const shop = createShop({ orders: `{ OrdersTable: r.table({ partitionKey: 'pk' }) }` });
const cloudFormation = mockClient(CloudFormationClient);
beforeEach(() => {
  cloudFormation.reset();
});
afterAll(() => {
  cloudFormation.restore();
  shop.remove();
});

const deploy = async () => {
  const { serverless, resources } = await shop.run({ context: 'orders', functions: {} });
  Object.assign(serverless.service.provider, { compiledCloudFormationTemplate: { Resources: resources } });
  await new ResourcesPlugin(serverless).hooks['before:deploy:deploy']();
};
const failure = (message: string) =>
  new CloudFormationServiceException({ name: 'ValidationError', message, $fault: 'client', $metadata: {} });

test('a stack that is not there yet has nothing to lose', async () => {
  cloudFormation.on(GetTemplateCommand).rejects(failure('Stack with id emporium-orders-dev does not exist'));
  await expect(deploy()).resolves.toBeUndefined();
});

test('what would be lost of the deployed stack is told before anything is deployed', async () => {
  const Resources = { Archive: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Retain', Properties: {} } };
  cloudFormation
    .on(GetTemplateCommand, { StackName: 'emporium-orders-dev', TemplateStage: 'Original' })
    .resolves({ TemplateBody: JSON.stringify({ Resources }) });
  await expect(deploy()).rejects.toThrow(
    'services/orders may not be deployed like this:\n- Archive is no longer there.',
  );
  process.env.LET_GO = 'Other,Archive';
  await expect(deploy()).resolves.toBeUndefined();
  delete process.env.LET_GO;
});

test('a stack that can’t be read is not deployed unseen', async () => {
  cloudFormation.on(GetTemplateCommand).rejects(failure('Access denied'));
  await expect(deploy()).rejects.toThrow('Access denied');
});
