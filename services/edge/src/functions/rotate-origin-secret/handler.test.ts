import {
  CloudFrontClient,
  GetDistributionCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { lambdaContext, linkForTest } from '@emporium/testing';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { resources } from '../../../resources.ts';
import event from './event.json' with { type: 'json' };
import { createHandler } from './handler.ts';

linkForTest(resources);
const manager = mockClient(SecretsManagerClient);
const cloudFront = mockClient(CloudFrontClient);
const handler = createHandler({ wait: async () => {} });
const run = (Step: string) => handler({ ...event, Step }, lambdaContext());
const token = event.ClientRequestToken;

const origin = (Id: string, HeaderValue?: string) => ({
  Id,
  DomainName: `${Id}.example`,
  ...(HeaderValue && {
    CustomHeaders: {
      Quantity: 2,
      Items: [
        { HeaderName: 'x-origin-verify', HeaderValue },
        { HeaderName: 'x-other', HeaderValue: 'stays' },
      ],
    },
  }),
});
const config = { CallerReference: 'x', Comment: 'stays', Enabled: true, DefaultCacheBehavior: undefined };

beforeEach(() => {
  manager.reset();
  cloudFront.reset();
  manager
    .on(GetSecretValueCommand)
    .rejects(new ResourceNotFoundException({ message: '', $metadata: {} }))
    .on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' })
    .resolves({ VersionId: 'v0', SecretString: 'current' });
  const Origins = {
    Quantity: 3,
    Items: [origin('users', 'old'), origin('orders', 'current'), origin('site')],
  };
  cloudFront.on(GetDistributionCommand).resolves({
    ETag: 'E1',
    Distribution: { Status: 'Deployed', DistributionConfig: { ...config, Origins } } as never,
  });
});

test('createSecret keeps a random value under the token, once', async () => {
  await run('createSecret');
  const [put] = manager.commandCalls(PutSecretValueCommand);
  expect(put?.args[0].input).toMatchObject({
    ClientRequestToken: token,
    SecretString: expect.stringMatching(/^[\w-]{43}$/),
    VersionStages: ['AWSPENDING'],
  });
  manager.on(GetSecretValueCommand, { VersionId: token }).resolves({ VersionId: token, SecretString: 'new' });
  await run('createSecret');
  expect(manager.commandCalls(PutSecretValueCommand)).toHaveLength(1);
});

test('setSecret gives all APIs the current value, and nothing else changes', async () => {
  await run('setSecret');
  const [update] = cloudFront.commandCalls(UpdateDistributionCommand);
  expect(update?.args[0].input).toEqual({
    Id: 'Distribution',
    IfMatch: 'E1',
    DistributionConfig: {
      ...config,
      Origins: {
        Quantity: 3,
        Items: [origin('users', 'current'), origin('orders', 'current'), origin('site')],
      },
    },
  });
});

test('finishSecret makes the new value current, waits for the other regions, and then has it sent', async () => {
  manager
    .on(DescribeSecretCommand)
    .resolvesOnce({ ReplicationStatus: [{ Region: 'eu-central-1', Status: 'InProgress' }] })
    .resolves({ ReplicationStatus: [{ Region: 'eu-central-1', Status: 'InSync' }] });
  manager.on(UpdateSecretVersionStageCommand).callsFake(() => {
    manager.on(GetSecretValueCommand).resolves({ VersionId: token, SecretString: 'new' });
  });
  await run('finishSecret');

  expect(manager.commandCalls(UpdateSecretVersionStageCommand)[0]?.args[0].input).toMatchObject({
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: token,
    RemoveFromVersionId: 'v0',
  });
  expect(manager.commandCalls(DescribeSecretCommand)).toHaveLength(2);
  const [update] = cloudFront.commandCalls(UpdateDistributionCommand);
  const items = update?.args[0].input.DistributionConfig?.Origins?.Items;
  expect(items?.map(({ CustomHeaders }) => CustomHeaders?.Items?.[0]?.HeaderValue)).toEqual([
    'new',
    'new',
    undefined,
  ]);
});

test('a distribution without the header, and a step that is none, are refused', async () => {
  cloudFront.on(GetDistributionCommand).resolves({
    Distribution: {
      DistributionConfig: { ...config, Origins: { Quantity: 1, Items: [origin('site')] } } as never,
    } as never,
  });
  await expect(run('setSecret')).rejects.toThrow('has the header x-origin-verify');
  await expect(run('toString')).rejects.toThrow('"toString" is no step of a rotation');
});
