import { arn, OURS, on, type Right } from './right.ts';

const queues = arn('sqs', OURS);
const topics = arn('sns', OURS);
const buses = arn('events', `event-bus/${OURS}`);
// On a bus of ours: `rule/<bus>/<rule>`, which is also where an archive has its own.
const rules = arn('events', `rule/${OURS}/*`);
const secrets = arn('secretsmanager', 'secret:/emporium/{stage}/*');
const keys = arn('kms', 'key/*');
const aliases = [arn('kms', 'alias/emporium-*-{stage}'), arn('kms', `alias/${OURS}`)];
const pools = arn('cognito-idp', 'userpool/*');
const poolIds = 'Cognito makes up the ids of user pools.';
const keyIds = 'KMS makes up the ids of keys.';
export const buckets = `arn:\${AWS::Partition}:s3:::${OURS}`;

/** What keeps something, and what carries events. */
export const data: Readonly<Record<string, readonly Right[]>> = {
  'AWS::DynamoDB::Table': [
    on(
      arn('dynamodb', `table/${OURS}`),
      'dynamodb',
      'CreateTable DescribeTable UpdateTable DeleteTable DescribeContinuousBackups UpdateContinuousBackups DescribeTimeToLive UpdateTimeToLive DescribeContributorInsights DescribeKinesisStreamingDestination GetResourcePolicy ListTagsOfResource TagResource UntagResource',
    ),
  ],
  'AWS::SQS::Queue': [
    on(
      queues,
      'sqs',
      'CreateQueue GetQueueAttributes GetQueueUrl SetQueueAttributes DeleteQueue ListQueueTags TagQueue UntagQueue',
    ),
  ],
  'AWS::SQS::QueuePolicy': [on(queues, 'sqs', 'GetQueueAttributes SetQueueAttributes')],
  'AWS::SNS::Topic': [
    on(
      topics,
      'sns',
      'CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic ListSubscriptionsByTopic GetDataProtectionPolicy ListTagsForResource TagResource UntagResource',
    ),
  ],
  'AWS::SNS::TopicPolicy': [on(topics, 'sns', 'GetTopicAttributes SetTopicAttributes')],
  'AWS::Events::EventBus': [
    on(
      buses,
      'events',
      'CreateEventBus DescribeEventBus UpdateEventBus DeleteEventBus ListTagsForResource TagResource UntagResource',
    ),
  ],
  'AWS::Events::Rule': [
    on(
      rules,
      'events',
      'PutRule DescribeRule DeleteRule PutTargets RemoveTargets ListTargetsByRule ListTagsForResource TagResource UntagResource',
    ),
  ],
  'AWS::Events::Archive': [
    on(
      [arn('events', `archive/${OURS}`), buses, rules],
      'events',
      'CreateArchive DescribeArchive UpdateArchive DeleteArchive PutRule PutTargets',
    ),
  ],
  'AWS::S3::Bucket': [
    on(
      buckets,
      's3',
      'CreateBucket DeleteBucket ListBucket ListBucketVersions GetBucketLocation GetEncryptionConfiguration PutEncryptionConfiguration GetBucketPublicAccessBlock PutBucketPublicAccessBlock GetBucketOwnershipControls PutBucketOwnershipControls GetBucketVersioning PutBucketVersioning GetLifecycleConfiguration PutLifecycleConfiguration GetBucketTagging PutBucketTagging GetBucketLogging PutBucketLogging',
    ),
  ],
  'AWS::S3::BucketPolicy': [on(buckets, 's3', 'GetBucketPolicy PutBucketPolicy DeleteBucketPolicy')],
  'AWS::SecretsManager::Secret': [
    on(
      secrets,
      'secretsmanager',
      'CreateSecret DescribeSecret UpdateSecret DeleteSecret PutSecretValue GetSecretValue TagResource UntagResource',
    ),
    on('*', 'secretsmanager', 'GetRandomPassword', { why: 'A random password is nobody’s.' }),
  ],
  'AWS::SecretsManager::RotationSchedule': [
    on(secrets, 'secretsmanager', 'RotateSecret CancelRotateSecret DescribeSecret'),
    on(arn('lambda', `function:${OURS}`), 'lambda', 'InvokeFunction'),
  ],
  'AWS::SSM::Parameter': [
    on(
      arn('ssm', 'parameter/emporium/{stage}/*'),
      'ssm',
      'PutParameter GetParameter GetParameters DeleteParameter ListTagsForResource AddTagsToResource RemoveTagsFromResource',
    ),
  ],
  'AWS::SES::EmailIdentity': [
    on(
      arn('ses', 'identity/{mailDomain}'),
      'ses',
      'CreateEmailIdentity GetEmailIdentity DeleteEmailIdentity PutEmailIdentityDkimAttributes PutEmailIdentityDkimSigningAttributes PutEmailIdentityFeedbackAttributes PutEmailIdentityMailFromAttributes PutEmailIdentityConfigurationSetAttributes ListTagsForResource TagResource UntagResource',
      { why: 'The domain is the same in every stage that sends from it.' },
    ),
  ],
  'AWS::KMS::Key': [
    on('*', 'kms', 'CreateKey', { why: 'A key that is to be made has no ARN yet.' }),
    on(
      keys,
      'kms',
      'DescribeKey GetKeyPolicy GetKeyRotationStatus EnableKeyRotation ListResourceTags TagResource',
      { why: keyIds },
    ),
    on(
      keys,
      'kms',
      'PutKeyPolicy UpdateKeyDescription EnableKey DisableKey DisableKeyRotation ScheduleKeyDeletion CancelKeyDeletion UntagResource',
      {
        why: `${keyIds} The condition names the stage by the key's alias.`,
        condition: {
          'ForAnyValue:StringLike': {
            'kms:ResourceAliases': ['alias/emporium-*-{stage}', 'alias/emporium-*-{stage}-*'],
          },
        },
      },
    ),
    // What is encrypted when it is made is encrypted in its maker's name.
    on(
      keys,
      'kms',
      'CreateGrant Decrypt Encrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext',
      {
        why: `${keyIds} The condition names the services that use them, and each key's policy does too.`,
        condition: {
          StringLike: {
            'kms:ViaService': [
              'dynamodb',
              's3',
              'sns',
              'sqs',
              'secretsmanager',
              'lambda',
              'events',
              'states',
              'ssm',
              'logs',
            ].map((service) => `${service}.{region}.amazonaws.com`),
          },
        },
      },
    ),
  ],
  'AWS::KMS::Alias': [
    on(aliases, 'kms', 'CreateAlias UpdateAlias DeleteAlias'),
    on(keys, 'kms', 'CreateAlias UpdateAlias DeleteAlias', {
      why: `${keyIds} The alias has to be the stage's.`,
    }),
    on('*', 'kms', 'ListAliases', { why: 'KMS looks aliases up among all of the account.' }),
  ],
  'AWS::Cognito::UserPool': [
    on('*', 'cognito-idp', 'CreateUserPool', { why: 'A pool that is to be made has no ARN yet.' }),
    on(
      pools,
      'cognito-idp',
      'DescribeUserPool UpdateUserPool DeleteUserPool AddCustomAttributes GetUserPoolMfaConfig SetUserPoolMfaConfig ListTagsForResource TagResource UntagResource',
      { why: poolIds },
    ),
  ],
  'AWS::Cognito::UserPoolClient': [
    on(
      pools,
      'cognito-idp',
      'CreateUserPoolClient DescribeUserPoolClient UpdateUserPoolClient DeleteUserPoolClient',
      { why: poolIds },
    ),
  ],
  'AWS::Cognito::UserPoolGroup': [
    on(pools, 'cognito-idp', 'CreateGroup GetGroup UpdateGroup DeleteGroup', { why: poolIds }),
  ],
};
