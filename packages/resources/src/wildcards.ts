/** A grant that AWS offers on nothing narrower than a pattern. */
export interface Wildcard {
  readonly actions: readonly string[];
  /** Matches the granted resource. */
  readonly resource: RegExp;
  /** The type of the one resource whose policy may hold it; without it, any policy may. */
  readonly within?: string;
  readonly why: string;
}

export const xray: Wildcard = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resource: /^\*$/,
  why: 'X-Ray has no resources to name.',
};

export const logDelivery: Wildcard = {
  actions: [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  resource: /^\*$/,
  why: 'CloudWatch Logs has no resource for a log delivery, with which a workflow writes its log.',
};

export const logStreams: Wildcard = {
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resource: /:log-group:[^*?]+:\*$/,
  why: 'Lambda makes up the names of the log streams.',
};

export const objects: Wildcard = {
  actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
  resource: /^arn:[^*?]+:s3:::[^*?/]+\/\*$/,
  why: 'Objects come and go.',
};

export const executions: Wildcard = {
  actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
  resource: /:execution:[^*?:]+:\*$/,
  why: 'Executions come and go.',
};

export const describeAlarms: Wildcard = {
  actions: ['cloudwatch:DescribeAlarms'],
  resource: /^\*$/,
  why: 'CloudWatch looks alarms up by name among all of the account.',
};

const foreignSecrets: Wildcard = {
  actions: ['secretsmanager:GetSecretValue'],
  resource: /:secret:\/emporium\/[^*?]+-\?{6}$/,
  why: "A secret's ARN ends in six characters that only its own stack knows.",
};

export const keyAdministration: Wildcard = {
  actions: [
    'kms:CancelKeyDeletion',
    'kms:CreateAlias',
    'kms:DeleteAlias',
    'kms:DescribeKey',
    'kms:DisableKey',
    'kms:DisableKeyRotation',
    'kms:EnableKey',
    'kms:EnableKeyRotation',
    'kms:GetKeyPolicy',
    'kms:GetKeyRotationStatus',
    'kms:ListGrants',
    'kms:ListKeyPolicies',
    'kms:ListKeyRotations',
    'kms:ListResourceTags',
    'kms:PutKeyPolicy',
    'kms:RevokeGrant',
    'kms:RotateKeyOnDemand',
    'kms:ScheduleKeyDeletion',
    'kms:TagResource',
    'kms:UntagResource',
    'kms:UpdateAlias',
    'kms:UpdateKeyDescription',
  ],
  resource: /^\*$/,
  within: 'AWS::KMS::Key',
  why: "In a key's own policy `*` is the key.",
};

export const keyUse: Wildcard = {
  actions: [
    'kms:CreateGrant',
    'kms:Decrypt',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  resource: /^\*$/,
  within: 'AWS::KMS::Key',
  why: "In a key's own policy `*` is the key.",
};

export const networkInterfaces: Wildcard = {
  actions: [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resource: /^arn:[^*?]+:ec2:[^*?]+:\*\/\*$/,
  why: 'Lambda makes the network interfaces of a function in a VPC, and asks for this on any. The function can not.',
};

export const networkDescriptions: Wildcard = {
  actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
  resource: /^\*$/,
  why: 'EC2 describes all or nothing. The function can not.',
};

export const reachableTables: Wildcard = {
  actions: [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:Scan',
    'dynamodb:ConditionCheckItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'dynamodb:BatchWriteItem',
  ],
  within: 'AWS::EC2::VPCEndpoint',
  resource: /:table\/emporium-\*-[^*?]+-\*$/,
  why: 'The way out of the network is for the tables of all contexts. Which of them a function may use, its role says.',
};

export const reachableSecrets: Wildcard = {
  actions: ['secretsmanager:GetSecretValue'],
  within: 'AWS::EC2::VPCEndpoint',
  resource: /:secret:\/emporium\/[^*?]+\/\*$/,
  why: 'The way out of the network is for the secrets of all contexts. Which of them a function may read, its role says.',
};

/** Every pattern that a policy of ours may hold, all others being a mistake. A test compares the policies with it. */
export const wildcards: readonly Wildcard[] = [
  xray,
  logDelivery,
  logStreams,
  objects,
  executions,
  describeAlarms,
  foreignSecrets,
  keyAdministration,
  keyUse,
  networkInterfaces,
  networkDescriptions,
  reachableTables,
  reachableSecrets,
];

/** Whether an action on a pattern may stand in a policy of a resource of this type. */
export const isListed = (type: string, action: string, resource: string): boolean =>
  wildcards.some(
    (listed) =>
      listed.actions.includes(action) && listed.resource.test(resource) && (listed.within ?? type) === type,
  );
