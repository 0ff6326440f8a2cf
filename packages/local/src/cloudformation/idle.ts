/** A type, or some properties of one, that nothing on this machine acts on. A row of the table in docs/local.md. */
export interface Idle {
  readonly type: string;
  /** Without them, the whole type. Each stands for all that is below it, too. */
  readonly properties?: string;
  readonly onAws: string;
  readonly whyNot: string;
}

const ENCRYPTED = 'Data lies unencrypted in the data folder, as any file of yours';
const NO_ACCOUNT = 'Nothing is billed, replicated or recovered here';
const KEPT = 'Data is always kept; `--fresh` empties all of it';
const PLAIN_HTTP = 'The front door is plain HTTP/1.1 on this machine';

/** One row a type or a group of properties. The table in the docs is made of these: `npm test -- e2e/effects` prints it where it differs. */
export const idle: readonly Idle[] = [
  {
    type: 'AWS::ApiGatewayV2::Api',
    properties: 'ProtocolType',
    onAws: 'HTTP or WebSocket',
    whyNot: 'Every API is an HTTP API',
  },
  {
    type: 'AWS::ApiGatewayV2::Stage',
    properties: 'AutoDeploy',
    onAws: 'Deploys changes',
    whyNot: 'What is packaged runs at once',
  },
  {
    type: 'AWS::CloudFront::Distribution',
    properties:
      'DistributionConfig.CacheBehaviors.ViewerProtocolPolicy DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy DistributionConfig.HttpVersion DistributionConfig.IPV6Enabled DistributionConfig.Origins.CustomOriginConfig',
    onAws: 'TLS, HTTP/3, IPv6',
    whyNot: PLAIN_HTTP,
  },
  {
    type: 'AWS::CloudFront::Distribution',
    properties: 'DistributionConfig.Comment DistributionConfig.Enabled DistributionConfig.PriceClass',
    onAws: 'Where the edge is, and what it costs',
    whyNot: NO_ACCOUNT,
  },
  {
    type: 'AWS::CloudFront::Distribution',
    properties: 'DistributionConfig.WebACLId',
    onAws: 'A firewall before everything else',
    whyNot: 'Nobody but this machine can reach the front door',
  },
  {
    type: 'AWS::CloudFront::Distribution',
    properties: 'DistributionConfig.Origins.S3OriginConfig',
    onAws: 'The older way to a private bucket, left empty',
    whyNot: 'The bucket is read through origin access control',
  },
  {
    type: 'AWS::CloudFront::OriginAccessControl',
    onAws: 'Signs what CloudFront asks of a bucket',
    whyNot: "The front door asks in CloudFront's name, and the bucket's policy decides",
  },
  {
    type: 'AWS::Cognito::UserPool',
    properties: 'AccountRecoverySetting UsernameConfiguration',
    onAws: 'How an account is recovered; the case of user names',
    whyNot: 'Recovery is by e-mail, the one way that the pools allow; cognito-local knows no other',
  },
  {
    type: 'AWS::Cognito::UserPool',
    properties: 'DeletionProtection',
    onAws: 'Keeps the pool from being deleted',
    whyNot: KEPT,
  },
  {
    type: 'AWS::Cognito::UserPoolClient',
    properties: 'EnableTokenRevocation PreventUserExistenceErrors',
    onAws: 'Revocable tokens; the same error whether or not a user exists',
    whyNot: 'cognito-local has neither',
  },
  {
    type: 'AWS::DynamoDB::Table',
    properties: 'BillingMode PointInTimeRecoverySpecification',
    onAws: 'What it costs; recovery to any second',
    whyNot: NO_ACCOUNT,
  },
  {
    type: 'AWS::DynamoDB::Table',
    properties: 'DeletionProtectionEnabled',
    onAws: 'Keeps the table from being deleted',
    whyNot: KEPT,
  },
  {
    type: 'AWS::DynamoDB::Table',
    properties: 'SSESpecification.SSEEnabled SSESpecification.SSEType',
    onAws: 'Encryption at rest',
    whyNot: ENCRYPTED,
  },
  {
    type: 'AWS::Events::Archive',
    properties: 'KmsKeyIdentifier',
    onAws: 'Encryption at rest',
    whyNot: ENCRYPTED,
  },
  {
    type: 'AWS::KMS::Key',
    properties: 'EnableKeyRotation PendingWindowInDays',
    onAws: 'New key material every year; a pause before a key is deleted',
    whyNot: 'A key is a random number in the data folder, and goes with it',
  },
  {
    type: 'AWS::Lambda::Function',
    properties: 'Architectures Runtime',
    onAws: 'Processor and runtime',
    whyNot: "Functions run on this machine's processor and on the Node.js that runs the command",
  },
  {
    type: 'AWS::Lambda::Function',
    properties: 'Code.S3Bucket',
    onAws: 'Where the code was uploaded',
    whyNot: 'It is read from where it was packaged',
  },
  {
    type: 'AWS::Logs::LogGroup',
    onAws: 'Keeps log lines for a time',
    whyNot: 'Log lines go to the terminal',
  },
  {
    type: 'AWS::S3::Bucket',
    properties:
      'BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm OwnershipControls PublicAccessBlockConfiguration LifecycleConfiguration',
    onAws: 'Encryption at rest; who may ever see it; what expires',
    whyNot: 'Objects lie in the data folder, as any file of yours; the endpoint is open to this machine only',
  },
  {
    type: 'AWS::SQS::Queue',
    properties: 'KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled',
    onAws: 'Encryption at rest',
    whyNot: ENCRYPTED,
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    properties: 'LoggingConfiguration TracingConfiguration',
    onAws: 'Execution logs and X-Ray segments',
    whyNot: 'The history tells all; workflows send no segments',
  },
  {
    type: 'AWS::WAFv2::LoggingConfiguration',
    onAws: 'Logs what the firewall blocks',
    whyNot: 'There is no firewall here',
  },
  {
    type: 'AWS::WAFv2::WebACL',
    onAws: 'Blocks known attacks, floods and too large bodies',
    whyNot: 'Nobody but this machine can reach the front door; AWS does not publish its rules',
  },
];
