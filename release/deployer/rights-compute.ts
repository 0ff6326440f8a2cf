import { arn, globalArn, OURS, on, type Right } from './right.ts';

const functions = arn('lambda', `function:${OURS}`);
const versions = arn('lambda', `function:${OURS}:*`);
const mappings = arn('lambda', 'event-source-mapping:*');
const ofOurs = { ArnLike: { 'lambda:FunctionArn': functions } };
const groups = [
  ...['aws/lambda', 'aws/vendedlogs/states'].map((prefix) => arn('logs', `log-group:/${prefix}/${OURS}`)),
  arn('logs', 'log-group:aws-waf-logs-emporium-*-{stage}'),
];
const applications = arn('codedeploy', 'application:emporium-*-{stage}');
const deploymentGroups = arn('codedeploy', 'deploymentgroup:emporium-*-{stage}/*');
const configurations = arn('codedeploy', 'deploymentconfig:CodeDeployDefault.*');
const alarms = arn('cloudwatch', `alarm:${OURS}`);

/** Functions, what runs them, and what watches them. */
export const compute: Readonly<Record<string, readonly Right[]>> = {
  'AWS::Lambda::Function': [
    on(
      functions,
      'lambda',
      'CreateFunction GetFunction GetFunctionConfiguration UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction PutFunctionConcurrency DeleteFunctionConcurrency GetFunctionCodeSigningConfig GetRuntimeManagementConfig GetFunctionRecursionConfig ListTags TagResource UntagResource',
    ),
  ],
  'AWS::Lambda::Version': [
    on(
      [functions, versions],
      'lambda',
      'PublishVersion GetFunction GetFunctionConfiguration ListVersionsByFunction DeleteFunction',
    ),
  ],
  'AWS::Lambda::Alias': [
    on([functions, versions], 'lambda', 'CreateAlias GetAlias UpdateAlias DeleteAlias ListAliases'),
    on(
      [applications, deploymentGroups, configurations],
      'codedeploy',
      'CreateDeployment GetDeployment StopDeployment GetDeploymentConfig RegisterApplicationRevision GetApplicationRevision',
    ),
  ],
  'AWS::Lambda::Permission': [
    on([functions, versions], 'lambda', 'AddPermission RemovePermission GetPolicy'),
  ],
  'AWS::Lambda::EventSourceMapping': [
    on(
      mappings,
      'lambda',
      'UpdateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping ListTags TagResource UntagResource',
      { why: 'Lambda makes up the ids of event source mappings.' },
    ),
    on('*', 'lambda', 'CreateEventSourceMapping', {
      condition: ofOurs,
      why: 'A mapping that is to be made has no ARN yet: the condition names its function.',
    }),
  ],
  'AWS::Lambda::EventInvokeConfig': [
    on(
      [functions, versions],
      'lambda',
      'PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig',
    ),
  ],
  'AWS::IAM::Role': [
    on(
      globalArn('iam', `role/${OURS}`),
      'iam',
      'CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies TagRole UntagRole',
    ),
  ],
  'AWS::Logs::LogGroup': [
    on(
      groups,
      'logs',
      'CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey DisassociateKmsKey TagResource UntagResource ListTagsForResource',
    ),
    on('*', 'logs', 'DescribeLogGroups', {
      why: 'CloudWatch Logs looks groups up among all of the account.',
    }),
  ],
  'AWS::StepFunctions::StateMachine': [
    on(
      arn('states', `stateMachine:${OURS}`),
      'states',
      'CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine ListTagsForResource TagResource UntagResource',
    ),
  ],
  'AWS::CodeDeploy::Application': [
    on(
      applications,
      'codedeploy',
      'CreateApplication GetApplication UpdateApplication DeleteApplication ListTagsForResource TagResource UntagResource',
    ),
  ],
  'AWS::CodeDeploy::DeploymentGroup': [
    on(
      [applications, deploymentGroups],
      'codedeploy',
      'CreateDeploymentGroup GetDeploymentGroup UpdateDeploymentGroup DeleteDeploymentGroup ListTagsForResource TagResource UntagResource',
    ),
  ],
  'AWS::CloudWatch::Alarm': [
    on(
      alarms,
      'cloudwatch',
      'PutMetricAlarm DescribeAlarms DeleteAlarms ListTagsForResource TagResource UntagResource',
    ),
  ],
};
