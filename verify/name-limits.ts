interface NameLimit {
  readonly type: string;
  /** A path into the properties. */
  readonly property: string;
  readonly limit: number;
}

/** How long a name may be, from the pages of AWS's API reference for each `Create…` action. */
export const nameLimits: readonly NameLimit[] = [
  { type: 'AWS::ApiGatewayV2::Api', property: 'Name', limit: 128 },
  { type: 'AWS::CloudFront::CachePolicy', property: 'CachePolicyConfig.Name', limit: 128 },
  { type: 'AWS::CloudFront::Function', property: 'Name', limit: 64 },
  { type: 'AWS::CloudFront::OriginAccessControl', property: 'OriginAccessControlConfig.Name', limit: 64 },
  {
    type: 'AWS::CloudFront::ResponseHeadersPolicy',
    property: 'ResponseHeadersPolicyConfig.Name',
    limit: 128,
  },
  { type: 'AWS::CloudWatch::Alarm', property: 'AlarmName', limit: 255 },
  { type: 'AWS::CodeDeploy::Application', property: 'ApplicationName', limit: 100 },
  { type: 'AWS::CodeDeploy::DeploymentGroup', property: 'DeploymentGroupName', limit: 100 },
  { type: 'AWS::Cognito::UserPool', property: 'UserPoolName', limit: 128 },
  { type: 'AWS::DynamoDB::Table', property: 'TableName', limit: 255 },
  { type: 'AWS::ElastiCache::ServerlessCache', property: 'ServerlessCacheName', limit: 40 },
  { type: 'AWS::ElastiCache::User', property: 'UserId', limit: 40 },
  { type: 'AWS::ElastiCache::UserGroup', property: 'UserGroupId', limit: 40 },
  { type: 'AWS::Events::Archive', property: 'ArchiveName', limit: 48 },
  { type: 'AWS::Events::EventBus', property: 'Name', limit: 256 },
  { type: 'AWS::Events::Rule', property: 'Name', limit: 64 },
  { type: 'AWS::IAM::ManagedPolicy', property: 'ManagedPolicyName', limit: 128 },
  { type: 'AWS::IAM::Role', property: 'RoleName', limit: 64 },
  { type: 'AWS::KMS::Alias', property: 'AliasName', limit: 256 },
  { type: 'AWS::Lambda::Function', property: 'FunctionName', limit: 64 },
  { type: 'AWS::Logs::LogGroup', property: 'LogGroupName', limit: 512 },
  { type: 'AWS::S3::Bucket', property: 'BucketName', limit: 63 },
  { type: 'AWS::SNS::Topic', property: 'TopicName', limit: 256 },
  { type: 'AWS::SQS::Queue', property: 'QueueName', limit: 80 },
  { type: 'AWS::SSM::Parameter', property: 'Name', limit: 1011 },
  { type: 'AWS::Scheduler::Schedule', property: 'Name', limit: 64 },
  { type: 'AWS::SecretsManager::Secret', property: 'Name', limit: 512 },
  { type: 'AWS::StepFunctions::StateMachine', property: 'StateMachineName', limit: 80 },
  { type: 'AWS::WAFv2::WebACL', property: 'Name', limit: 128 },
];
