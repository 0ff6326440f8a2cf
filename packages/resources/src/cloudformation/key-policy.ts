import { deliveryOfLogs, type Keeper, machineContext, opening, sealing, viaService } from '../key.ts';
import { logGroupArn, ruleArn } from '../naming.ts';
import {
  accountId,
  allow,
  type Conditions,
  type Statement,
  sub,
  type TemplateResource,
  type Value,
} from '../template.ts';
import { keyAdministration, keyUse } from '../wildcards.ts';

/** By the type of what is kept, the service that keeps it, and uses the key for its callers. */
const keepers: Readonly<Record<string, Keeper>> = {
  'AWS::DynamoDB::Table': 'dynamodb',
  'AWS::S3::Bucket': 's3',
  'AWS::SNS::Topic': 'sns',
  'AWS::SQS::Queue': 'sqs',
  'AWS::SecretsManager::Secret': 'secretsmanager',
};

const ARCHIVE = 'AWS::Events::Archive';
const LOG_GROUP = 'AWS::Logs::LogGroup';

interface Keeping {
  /** What is kept under the key. */
  readonly kept: readonly TemplateResource[];
  /** All of the template. */
  readonly all: readonly TemplateResource[];
  /** The ARNs of the context's workflows. */
  readonly machines: readonly Value[];
}

/** Whether a resource can be kept under the context's key. */
export const isKept = ({ Type }: TemplateResource): boolean =>
  Type in keepers || Type === ARCHIVE || Type === LOG_GROUP;

/**
 * Who may use a key. The account's own policies decide about its roles, as AWS recommends; but whoever it is, the key is
 * used by way of the services that keep something under it: nobody decrypts anything by hand.
 */
export const keyPolicy = ({ kept, all, machines }: Keeping): Statement[] => {
  const types = [...new Set(kept.map(({ Type }) => Type))].sort();
  const services = types.flatMap((type) => keepers[type] ?? []);
  if (machines.length > 0) services.push('states');
  return [
    { ...allow(keyAdministration.actions, '*'), Principal: root },
    {
      ...allow(keyUse.actions, '*'),
      Principal: root,
      Condition: {
        StringEquals: { 'kms:CallerAccount': accountId, 'kms:ViaService': services.map(viaService) },
      },
    },
    ...(machines.length > 0 ? forMachines(machines) : []),
    // What acts without a role: rules that fill queues, alarms that go to a topic, archives.
    ...(types.includes('AWS::SQS::Queue') ? forRules(all) : []),
    ...(types.includes('AWS::SNS::Topic')
      ? [forService('cloudwatch.amazonaws.com', sealing, ofAccount)]
      : []),
    ...kept.flatMap((resource) => (resource.Type === ARCHIVE ? forArchive(resource) : [])),
    ...kept.flatMap((resource) => (resource.Type === LOG_GROUP ? [forLogGroup(resource)] : [])),
  ];
};

const root = { AWS: sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root`) };
const ofAccount = { StringEquals: { 'aws:SourceAccount': accountId } };

const forService = (Service: string, actions: readonly string[], Condition: Conditions): Statement => ({
  ...allow(actions, '*'),
  Principal: { Service },
  Condition,
});

/** Step Functions takes on a workflow's role to use the key, and hands what it logs to CloudWatch's delivery. */
const forMachines = (machines: readonly Value[]): Statement[] => [
  { ...allow(sealing, '*'), Principal: root, Condition: { StringEquals: { [machineContext]: machines } } },
  { ...allow(['kms:GenerateDataKey'], '*'), Principal: root, Condition: deliveryOfLogs },
  forService('delivery.logs.amazonaws.com', opening, deliveryOfLogs),
];

const forLogGroup = ({ Properties }: TemplateResource): Statement => ({
  ...allow(['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', ...newDataKeys], '*'),
  Principal: { Service: sub(`logs.\${AWS::Region}.\${AWS::URLSuffix}`) },
  Condition: {
    ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': sub(logGroupArn(String(Properties.LogGroupName))) },
  },
});

const newDataKeys = ['kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'];

const forRules = (resources: readonly TemplateResource[]): Statement[] => {
  // By name, as a reference would be a circle: the rule needs the queue, and the queue the key.
  const rules = resources.flatMap(({ Type, Properties: { EventBusName, Name } }) =>
    Type === 'AWS::Events::Rule' ? [sub(ruleArn(String(EventBusName), String(Name)))] : [],
  );
  return rules.length === 0
    ? []
    : [
        forService('events.amazonaws.com', sealing, {
          ...ofAccount,
          ArnEquals: { 'aws:SourceArn': rules },
        }),
      ];
};

/** As EventBridge's documentation has it: what an archive holds is encrypted in the name of its bus. */
const forArchive = ({ Properties }: TemplateResource): Statement[] => [
  forService('events.amazonaws.com', ['kms:DescribeKey'], ofAccount),
  forService(
    'events.amazonaws.com',
    ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    { StringEquals: { 'kms:EncryptionContext:aws:events:event-bus:arn': Properties.SourceArn as Value } },
  ),
];
