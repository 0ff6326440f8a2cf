import { describe, expect, test } from '@jest/globals';
import {
  bucket,
  bus,
  cache,
  type Definition,
  emailIdentity,
  parameter,
  queue,
  secret,
  stateMachine,
  table,
  topic,
  userPool,
} from '../definitions.ts';
import { resourceTemplate } from './template.ts';

const stage = {
  stage: 'dev',
  region: 'eu-central-1',
  stageRegion: 'eu-central-1',
  mailDomain: 'shop.example',
  settings: { logRetentionInDays: 90, release: 'all-at-once', cache: { engine: 'memory' as const } },
};
const key = { 'Fn::GetAtt': ['EncryptionKey', 'Arn'] };
const template = (name: string, definition: Definition, overrides = {}) =>
  resourceTemplate({ context: 'orders', name }, definition, { ...stage, ...overrides });

describe('table', () => {
  const definition = table({
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: true,
    timeToLive: 'expiresAt',
    indexes: { byCustomer: { partitionKey: 'customerId', sortKey: 'sk' } },
  });

  test('is retained, encrypted, recoverable and protected', () => {
    expect(template('OrdersTable', definition)).toEqual({
      OrdersTable: {
        Type: 'AWS::DynamoDB::Table',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          TableName: 'emporium-orders-dev-OrdersTable',
          BillingMode: 'PAY_PER_REQUEST',
          // Each once, though `sk` is a key twice: DynamoDB refuses repeats.
          AttributeDefinitions: ['pk', 'sk', 'customerId'].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'byCustomer',
              KeySchema: [
                { AttributeName: 'customerId', KeyType: 'HASH' },
                { AttributeName: 'sk', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      },
    });
  });

  test('can be deleted in the stage local', () => {
    expect(template('OrdersTable', definition, { stage: 'local' })).toMatchObject({
      OrdersTable: { Properties: { DeletionProtectionEnabled: false } },
    });
  });

  test('has neither stream nor time to live unless asked for', () => {
    const { OrdersTable } = template('OrdersTable', table({ partitionKey: 'pk' }));

    expect(Object.keys(OrdersTable?.Properties ?? {})).not.toEqual(
      expect.arrayContaining(['StreamSpecification', 'TimeToLiveSpecification', 'GlobalSecondaryIndexes']),
    );
  });
});

test('queue: what fails moves to a dead-letter queue that keeps it for 14 days', () => {
  expect(template('Reviews', queue({ visibilityTimeout: 120, maxReceiveCount: 3 }))).toEqual({
    ReviewsDeadLetterQueue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'emporium-orders-dev-Reviews-dlq',
        MessageRetentionPeriod: 1_209_600,
        KmsMasterKeyId: key,
        KmsDataKeyReusePeriodSeconds: 3600,
      },
    },
    Reviews: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'emporium-orders-dev-Reviews',
        MessageRetentionPeriod: 604_800,
        VisibilityTimeout: 120,
        KmsMasterKeyId: key,
        KmsDataKeyReusePeriodSeconds: 3600,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': ['ReviewsDeadLetterQueue', 'Arn'] },
          maxReceiveCount: 3,
        },
      },
    },
  });
});

test('bus, topic and parameter are named by the convention', () => {
  expect(template('EventBus', bus())).toEqual({
    EventBus: {
      Type: 'AWS::Events::EventBus',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Name: 'emporium-orders-dev-EventBus' },
    },
  });
  expect(template('Alarms', topic()).Alarms).toEqual({
    Type: 'AWS::SNS::Topic',
    Properties: { TopicName: 'emporium-orders-dev-Alarms', KmsMasterKeyId: key },
  });
  expect(template('Limit', parameter({ value: '5' }))).toEqual({
    Limit: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/emporium/dev/orders/Limit', Type: 'String', Value: '5' },
    },
  });
});

test('topic: alarms of the account may publish', () => {
  expect(template('Alarms', topic()).AlarmsPolicy?.Properties).toMatchObject({
    Topics: [{ Ref: 'Alarms' }],
    PolicyDocument: {
      Statement: [
        {
          Action: ['sns:Publish'],
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
  });
});

test('secret: random at first, and retained', () => {
  expect(template('ApiKey', secret({ description: "The gateway's key" }))).toEqual({
    ApiKey: {
      Type: 'AWS::SecretsManager::Secret',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Name: '/emporium/dev/orders/ApiKey',
        Description: "The gateway's key",
        KmsKeyId: key,
        GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
      },
    },
  });
});

test('secret: rotated, readable in the region of the stage, and gone with its stack', () => {
  const definition = secret({
    rotation: { function: 'rotateKey', days: 30 },
    replicated: true,
    retained: false,
  });
  const { Key, ...others } = template('Key', definition, { region: 'us-east-1' });

  expect(Key).toEqual({
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      Name: '/emporium/dev/orders/Key',
      GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
      ReplicaRegions: [{ Region: 'eu-central-1' }],
    },
  });
  expect(Object.keys(others)).toEqual(['KeyRotationPermission', 'KeyRotation']);
  expect(template('Key', definition).Key?.Properties).not.toHaveProperty('ReplicaRegions');
});

test('secret: rotated by the version that is live, where the stage releases step by step', () => {
  const definition = secret({ rotation: { function: 'rotateKey', days: 30 } });
  const rotatedBy = (release: string) =>
    template('Key', definition, { settings: { ...stage.settings, release } }).KeyRotation?.Properties
      .RotationLambdaARN;

  expect(rotatedBy('all-at-once')).toEqual({ 'Fn::GetAtt': ['RotateKeyLambdaFunction', 'Arn'] });
  expect(rotatedBy('LambdaCanary10Percent5Minutes')).toEqual({ Ref: 'RotateKeyLiveAlias' });
});

test('bucket: private, encrypted, retained, its name lower-case and of this account', () => {
  expect(template('Invoices', bucket())).toMatchObject({
    Invoices: {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketName: { 'Fn::Sub': `emporium-orders-dev-invoices-\${AWS::AccountId}` },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
              BucketKeyEnabled: true,
            },
          ],
        },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      },
    },
  });
});

test('user pool: its client, its groups, and the parameters in which it publishes what AWS made up', () => {
  const pool = template('UserPool', userPool({ groups: ['customer', 'admin'] }));

  expect(Object.entries(pool).map(([id, { Type }]) => [id, Type])).toEqual([
    ['UserPool', 'AWS::Cognito::UserPool'],
    ['UserPoolClient', 'AWS::Cognito::UserPoolClient'],
    ['UserPoolCustomerGroup', 'AWS::Cognito::UserPoolGroup'],
    ['UserPoolAdminGroup', 'AWS::Cognito::UserPoolGroup'],
    ['UserPoolIdParameter', 'AWS::SSM::Parameter'],
    ['UserPoolClientIdParameter', 'AWS::SSM::Parameter'],
    ['UserPoolIssuerParameter', 'AWS::SSM::Parameter'],
  ]);
  expect(pool).toMatchObject({
    UserPool: { DeletionPolicy: 'Retain', Properties: { DeletionProtection: 'ACTIVE' } },
    UserPoolIssuerParameter: {
      Properties: {
        Name: '/emporium/dev/orders/UserPool/issuer',
        Value: { 'Fn::GetAtt': ['UserPool', 'ProviderURL'] },
      },
    },
  });
});

test('state machine: a role that invokes the named functions, and a log group', () => {
  const functionArn = (name: string) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${name}`,
  });
  const { FlowRole, FlowLogGroup } = resourceTemplate(
    { context: 'orders', name: 'Flow' },
    stateMachine({ invoke: ['payments.capture', 'orders.confirm'] }),
    stage,
    {
      invoke: [
        { context: 'payments', name: 'capture' },
        { context: 'orders', name: 'confirm' },
      ],
      granted: [],
    },
  );

  expect(FlowLogGroup?.Properties).toEqual({
    LogGroupName: '/aws/vendedlogs/states/emporium-orders-dev-Flow',
    RetentionInDays: 90,
    KmsKeyId: key,
  });
  expect(FlowRole).toMatchObject({
    Properties: {
      RoleName: 'emporium-orders-dev-Flow-eu-central-1',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'states.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: {
                'aws:SourceArn': {
                  'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:emporium-orders-dev-Flow`,
                },
              },
            },
          },
        ],
      },
    },
  });
  expect(JSON.stringify(FlowRole)).toContain(
    JSON.stringify({
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction'],
      Resource: [functionArn('emporium-payments-dev-capture'), functionArn('emporium-orders-dev-confirm')],
    }),
  );
});

test('e-mail identity: the domain of the stage', () => {
  expect(template('Sender', emailIdentity())).toEqual({
    Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'shop.example' } },
  });
});

test('cache: nothing, as it is in memory', () => {
  expect(template('Cache', cache())).toEqual({});
});
