/**
 * What this machine acts on: by type, the properties that have an effect, each with all that is below it. A name or an
 * address that others refer to is one, too. Keep one line a type; what has no effect stands in idle.ts.
 */
export const effects: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Api': 'Name CorsConfiguration',
  'AWS::ApiGatewayV2::Authorizer': 'ApiId JwtConfiguration',
  'AWS::ApiGatewayV2::Integration': 'ApiId IntegrationUri TimeoutInMillis',
  'AWS::ApiGatewayV2::Route': 'ApiId AuthorizationScopes AuthorizationType AuthorizerId RouteKey Target',
  'AWS::ApiGatewayV2::Stage': 'ApiId StageName',
  'AWS::CloudFront::Distribution':
    'DistributionConfig.CacheBehaviors.AllowedMethods DistributionConfig.CacheBehaviors.PathPattern DistributionConfig.CacheBehaviors.TargetOriginId DistributionConfig.DefaultCacheBehavior.AllowedMethods DistributionConfig.DefaultCacheBehavior.TargetOriginId DistributionConfig.Origins.DomainName DistributionConfig.Origins.Id',
  'AWS::Cognito::UserPool':
    'AutoVerifiedAttributes MfaConfiguration Policies.PasswordPolicy Schema UserPoolName UsernameAttributes',
  'AWS::Cognito::UserPoolClient':
    'AccessTokenValidity ClientName ExplicitAuthFlows GenerateSecret IdTokenValidity RefreshTokenValidity TokenValidityUnits UserPoolId',
  'AWS::Cognito::UserPoolGroup': 'Description GroupName Precedence UserPoolId',
  'AWS::DynamoDB::Table':
    'AttributeDefinitions GlobalSecondaryIndexes KeySchema LocalSecondaryIndexes StreamSpecification TableName TimeToLiveSpecification',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'EventBusName EventPattern Name State Targets',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName PolicyDocument',
  'AWS::IAM::Policy': 'PolicyDocument PolicyName Roles',
  'AWS::IAM::Role': 'ManagedPolicyArns Path Policies RoleName',
  'AWS::Lambda::EventSourceMapping':
    'BatchSize BisectBatchOnFunctionError DestinationConfig Enabled EventSourceArn FilterCriteria FunctionName FunctionResponseTypes MaximumRecordAgeInSeconds MaximumRetryAttempts ScalingConfig StartingPosition',
  'AWS::Lambda::Function':
    'Code.S3Key DeadLetterConfig Environment FunctionName Handler MemorySize ReservedConcurrentExecutions Role Timeout',
  'AWS::Lambda::Permission': 'Action FunctionName Principal SourceArn',
  'AWS::SES::EmailIdentity': 'EmailIdentity',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SNS::TopicPolicy': 'PolicyDocument Topics',
  'AWS::SQS::Queue':
    'ContentBasedDeduplication DelaySeconds FifoQueue MaximumMessageSize MessageRetentionPeriod QueueName ReceiveMessageWaitTimeSeconds RedrivePolicy VisibilityTimeout',
  'AWS::SQS::QueuePolicy': 'PolicyDocument Queues',
  'AWS::SSM::Parameter': 'Name Type Value',
  'AWS::SecretsManager::Secret': 'GenerateSecretString Name SecretString',
  'AWS::StepFunctions::StateMachine':
    'Definition DefinitionString DefinitionSubstitutions RoleArn StateMachineName StateMachineType',
};
