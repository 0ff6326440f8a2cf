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
];

/** Whether an action on a pattern may stand in a policy of a resource of this type. */
export const isListed = (type: string, action: string, resource: string): boolean =>
  wildcards.some(
    (listed) =>
      listed.actions.includes(action) && listed.resource.test(resource) && (listed.within ?? type) === type,
  );
