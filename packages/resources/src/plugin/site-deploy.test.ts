import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackResourceCommand,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectCommand, ListObjectsV2Command, NoSuchBucket, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import ResourcesPlugin from './index.ts';
import { createShop } from './test-shop.ts';

const shop = createShop({
  edge: `{ Distribution: r.distribution(), SiteBucket: r.site({ folder: '.', distribution: 'Distribution' }) }`,
});
const cloudFormation = mockClient(CloudFormationClient);
const s3 = mockClient(S3Client);
beforeEach(() => {
  cloudFormation.reset();
  s3.reset();
  cloudFormation
    .on(DescribeStackResourceCommand, { StackName: 'emporium-edge-dev', LogicalResourceId: 'SiteBucket' })
    .resolves({
      StackResourceDetail: {
        LogicalResourceId: 'SiteBucket',
        PhysicalResourceId: 'the-bucket',
        ResourceType: 'AWS::S3::Bucket',
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: new Date(0),
      },
    });
});
afterAll(() => {
  cloudFormation.restore();
  s3.restore();
  shop.remove();
});

const remove = async () => {
  const { serverless } = await shop.run({ context: 'edge', functions: {} });
  await new ResourcesPlugin(serverless).hooks['before:remove:remove']();
};
const failure = (message: string) =>
  new CloudFormationServiceException({ name: 'ValidationError', message, $fault: 'client', $metadata: {} });

test('before a removal the site’s bucket is emptied', async () => {
  s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'index.html', ETag: '"1"' }] });
  await remove();
  expect(s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => input)).toEqual([
    { Bucket: 'the-bucket', Key: 'index.html' },
  ]);
});

test.each([
  "Stack 'emporium-edge-dev' does not exist",
  'Resource SiteBucket does not exist for stack emporium-edge-dev',
])('there is nothing to empty when CloudFormation says: %s', async (message) => {
  cloudFormation.on(DescribeStackResourceCommand).rejects(failure(message));
  await remove();
  expect(s3.calls()).toHaveLength(0);
});

test('nor in a bucket that a failed removal has removed already', async () => {
  const message = 'The specified bucket does not exist';
  s3.on(ListObjectsV2Command).rejects(new NoSuchBucket({ message, $metadata: {} }));
  await expect(remove()).resolves.toBeUndefined();
});

test('a bucket that can’t be looked for stops the removal', async () => {
  cloudFormation.on(DescribeStackResourceCommand).rejects(failure('Access denied'));
  await expect(remove()).rejects.toThrow('Access denied');
});
