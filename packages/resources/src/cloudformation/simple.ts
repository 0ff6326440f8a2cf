import type { EmailIdentityDefinition, ParameterDefinition, SecretDefinition } from '../definitions.ts';
import { type Address, bucketName, pathName, physicalName } from '../naming.ts';
import { retained, type Stage, sub, type TemplateResources } from '../template.ts';

export const busTemplate = (address: Address, { stage }: Stage): TemplateResources => ({
  [address.name]: { Type: 'AWS::Events::EventBus', Properties: { Name: physicalName(address, stage) } },
});

// Not encrypted with SNS's own key: CloudWatch alarms can't publish to a topic under that one.
export const topicTemplate = (address: Address, { stage }: Stage): TemplateResources => ({
  [address.name]: { Type: 'AWS::SNS::Topic', Properties: { TopicName: physicalName(address, stage) } },
});

export const secretTemplate = (
  address: Address,
  { description }: SecretDefinition,
  { stage }: Stage,
): TemplateResources => ({
  [address.name]: {
    Type: 'AWS::SecretsManager::Secret',
    ...retained,
    Properties: {
      Name: pathName(address, stage),
      ...(description && { Description: description }),
      GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
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

export const bucketTemplate = (address: Address, { stage }: Stage): TemplateResources => ({
  [address.name]: {
    Type: 'AWS::S3::Bucket',
    ...retained,
    Properties: {
      BucketName: sub(bucketName(address, stage)),
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
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
