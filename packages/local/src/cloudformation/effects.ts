/**
 * What this machine acts on: by type, the properties that have an effect, each with all that is below it. A name or an
 * address that others refer to is one, too. Keep one line a type; what has no effect stands in idle.ts.
 */
export const effects: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Api': 'CorsConfiguration Name',
  'AWS::ApiGatewayV2::Authorizer':
    'ApiId AuthorizerPayloadFormatVersion AuthorizerResultTtlInSeconds AuthorizerType AuthorizerUri EnableSimpleResponses IdentitySource JwtConfiguration Name',
  'AWS::ApiGatewayV2::Integration':
    'ApiId IntegrationType IntegrationUri PayloadFormatVersion TimeoutInMillis',
  'AWS::ApiGatewayV2::Route': 'ApiId AuthorizationScopes AuthorizationType AuthorizerId RouteKey Target',
  'AWS::ApiGatewayV2::Stage': 'ApiId DefaultRouteSettings RouteSettings StageName StageVariables',
  'AWS::CloudFront::CachePolicy': 'CachePolicyConfig',
  'AWS::CloudFront::Distribution':
    'DistributionConfig.CacheBehaviors.AllowedMethods DistributionConfig.CacheBehaviors.CachePolicyId DistributionConfig.CacheBehaviors.Compress DistributionConfig.CacheBehaviors.OriginRequestPolicyId DistributionConfig.CacheBehaviors.PathPattern DistributionConfig.CacheBehaviors.ResponseHeadersPolicyId DistributionConfig.CacheBehaviors.TargetOriginId DistributionConfig.CustomErrorResponses DistributionConfig.DefaultCacheBehavior.AllowedMethods DistributionConfig.DefaultCacheBehavior.CachePolicyId DistributionConfig.DefaultCacheBehavior.Compress DistributionConfig.DefaultCacheBehavior.OriginRequestPolicyId DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId DistributionConfig.DefaultCacheBehavior.TargetOriginId DistributionConfig.DefaultRootObject DistributionConfig.Origins.DomainName DistributionConfig.Origins.Id DistributionConfig.Origins.OriginAccessControlId DistributionConfig.Origins.OriginCustomHeaders DistributionConfig.Origins.OriginPath',
  'AWS::CloudFront::OriginRequestPolicy': 'OriginRequestPolicyConfig',
  'AWS::CloudFront::ResponseHeadersPolicy': 'ResponseHeadersPolicyConfig',
  'AWS::CloudWatch::Alarm':
    'ActionsEnabled AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm Dimensions EvaluationPeriods ExtendedStatistic InsufficientDataActions MetricName Metrics Namespace OKActions Period Statistic Threshold TreatMissingData Unit',
  'AWS::CloudWatch::CompositeAlarm':
    'ActionsEnabled AlarmActions AlarmDescription AlarmName AlarmRule InsufficientDataActions OKActions',
  'AWS::Cognito::UserPool':
    'AutoVerifiedAttributes MfaConfiguration Policies.PasswordPolicy Schema UserPoolName UsernameAttributes',
  'AWS::Cognito::UserPoolClient':
    'AccessTokenValidity ClientName ExplicitAuthFlows GenerateSecret IdTokenValidity RefreshTokenValidity TokenValidityUnits UserPoolId',
  'AWS::Cognito::UserPoolGroup': 'Description GroupName Precedence UserPoolId',
  'AWS::DynamoDB::Table':
    'AttributeDefinitions GlobalSecondaryIndexes KeySchema LocalSecondaryIndexes SSESpecification.KMSMasterKeyId StreamSpecification TableName TimeToLiveSpecification',
  'AWS::Events::Archive': 'ArchiveName Description EventPattern RetentionDays SourceArn',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::EventBusPolicy': 'EventBusName Statement StatementId',
  'AWS::Events::Rule': 'Description EventBusName EventPattern Name ScheduleExpression State Targets',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName PolicyDocument',
  'AWS::IAM::Policy': 'PolicyDocument PolicyName Roles',
  'AWS::IAM::Role': 'AssumeRolePolicyDocument ManagedPolicyArns Path PermissionsBoundary Policies RoleName',
  'AWS::IAM::RolePolicy': 'PolicyDocument PolicyName RoleName',
  'AWS::KMS::Alias': 'AliasName TargetKeyId',
  'AWS::KMS::Key': 'Description Enabled KeyPolicy KeySpec KeyUsage',
  'AWS::Lambda::EventInvokeConfig':
    'DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier',
  'AWS::Lambda::EventSourceMapping':
    'BatchSize BisectBatchOnFunctionError DestinationConfig Enabled EventSourceArn FilterCriteria FunctionName FunctionResponseTypes MaximumBatchingWindowInSeconds MaximumRecordAgeInSeconds MaximumRetryAttempts ParallelizationFactor ScalingConfig StartingPosition',
  'AWS::Lambda::Function':
    'Code.S3Key DeadLetterConfig Environment FunctionName Handler MemorySize ReservedConcurrentExecutions Role Timeout TracingConfig',
  'AWS::Lambda::Permission': 'Action FunctionName Principal SourceArn',
  'AWS::S3::Bucket':
    'BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID BucketName CorsConfiguration NotificationConfiguration VersioningConfiguration',
  'AWS::S3::BucketPolicy': 'Bucket PolicyDocument',
  'AWS::SES::ConfigurationSet': 'Name',
  'AWS::SES::ConfigurationSetEventDestination': 'ConfigurationSetName EventDestination',
  'AWS::SES::EmailIdentity': 'EmailIdentity',
  'AWS::SNS::Subscription':
    'Endpoint FilterPolicy FilterPolicyScope Protocol RawMessageDelivery RedrivePolicy TopicArn',
  'AWS::SNS::Topic': 'KmsMasterKeyId Subscription TopicName',
  'AWS::SNS::TopicPolicy': 'PolicyDocument Topics',
  'AWS::SQS::Queue':
    'ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod QueueName ReceiveMessageWaitTimeSeconds RedriveAllowPolicy RedrivePolicy VisibilityTimeout',
  'AWS::SQS::QueuePolicy': 'PolicyDocument Queues',
  'AWS::SSM::Parameter': 'Name Type Value',
  'AWS::Scheduler::Schedule':
    'Description EndDate FlexibleTimeWindow GroupName Name ScheduleExpression ScheduleExpressionTimezone StartDate State Target',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy SecretId',
  'AWS::SecretsManager::RotationSchedule':
    'RotateImmediatelyOnUpdate RotationLambdaARN RotationRules SecretId',
  'AWS::SecretsManager::Secret': 'Description GenerateSecretString KmsKeyId Name SecretString',
  'AWS::StepFunctions::StateMachine':
    'Definition DefinitionString DefinitionSubstitutions EncryptionConfiguration RoleArn StateMachineName StateMachineType',
  'AWS::XRay::SamplingRule': 'SamplingRule',
};
