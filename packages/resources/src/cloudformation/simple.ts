import type { EmailIdentityDefinition, ParameterDefinition } from '../definitions.ts';
import { ownKey } from '../key.ts';
import { type Address, alarmArns, bucketName, pathName, physicalName } from '../naming.ts';
import {
  accountId,
  allow,
  policyDocument,
  retained,
  type Stage,
  sub,
  type TemplateResources,
} from '../template.ts';

/** A bus. Retained, as an archive is: EventBridge deletes no bus with a rule, and an archive is filled by one. */
export const busTemplate = (address: Address, { stage }: Stage): TemplateResources => ({
  [address.name]: {
    Type: 'AWS::Events::EventBus',
    ...retained,
    Properties: { Name: physicalName(address, stage) },
  },
});

/** A topic to which the account's alarms may publish, and roles that are linked to it. */
export const topicTemplate = (address: Address, { stage }: Stage): TemplateResources => ({
  [address.name]: {
    Type: 'AWS::SNS::Topic',
    Properties: { TopicName: physicalName(address, stage), KmsMasterKeyId: ownKey },
  },
  [`${address.name}Policy`]: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [{ Ref: address.name }],
      PolicyDocument: policyDocument([
        {
          ...allow(['sns:Publish'], { Ref: address.name }),
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': accountId },
            ArnLike: { 'aws:SourceArn': sub(alarmArns) },
          },
        },
      ]),
    },
  },
});

export const parameterTemplate = (
  address: Address,
  { value, description }: ParameterDefinition,
  { stage }: Stage,
): TemplateResources => ({
  [address.name]: {
    Type: 'AWS::SSM::Parameter',
    Properties: {
      Name: pathName(address, stage),
      Type: 'String',
      Value: value,
      ...(description && { Description: description }),
    },
  },
});

/** What keeps the public out of a bucket, whatever a policy or an object of it says. */
export const privateBucket = {
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
} as const;

export const bucketTemplate = (address: Address, { stage }: Stage): TemplateResources => ({
  [address.name]: {
    Type: 'AWS::S3::Bucket',
    ...retained,
    Properties: {
      BucketName: sub(bucketName(address, stage)),
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: ownKey },
            // One data key for many objects, as calls of KMS cost.
            BucketKeyEnabled: true,
          },
        ],
      },
      ...privateBucket,
      VersioningConfiguration: { Status: 'Enabled' },
    },
  },
});

export const emailIdentityTemplate = (
  { name }: Address,
  _definition: EmailIdentityDefinition,
  { mailDomain }: Stage,
): TemplateResources => ({
  [name]: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: mailDomain } },
});
