import type { Cloud, Resource } from '../cloud.ts';
import type { PolicyDocument, Statement } from './statement.ts';

/** The policy of a resource, and where it stands. */
export interface ResourcePolicy {
  /** The ARN of the resource. */
  readonly on: string;
  readonly document: PolicyDocument;
  /** The template's resource that holds the policy, and in which property. */
  readonly of: Pick<Resource, 'service' | 'logicalId'>;
  readonly at: string;
}

type Templates = Pick<Cloud, 'ofType'>;

/** The policies of queues, topics, functions, secrets, keys, buckets and buses. */
export const resourcePolicies = (cloud: Templates): readonly ResourcePolicy[] => [
  ...attached(cloud, 'AWS::SQS::QueuePolicy', 'Queues', arnsOf(cloud, 'AWS::SQS::Queue')),
  ...attached(cloud, 'AWS::SNS::TopicPolicy', 'Topics'),
  ...attached(cloud, 'AWS::S3::BucketPolicy', 'Bucket', arnsOf(cloud, 'AWS::S3::Bucket')),
  ...attached(cloud, 'AWS::SecretsManager::ResourcePolicy', 'SecretId', undefined, 'ResourcePolicy'),
  ...functionPermissions(cloud),
  ...keyPolicies(cloud),
  ...busPolicies(cloud),
];

const arnsOf = (cloud: Templates, type: string): ReadonlyMap<string, string> =>
  new Map(cloud.ofType(type).map(({ ref, arn }) => [ref, arn]));

/** Policies that are resources of their own, and name what they belong to by its `Ref`. */
const attached = (
  cloud: Templates,
  type: string,
  target: string,
  arns: ReadonlyMap<string, string> = new Map(),
  at = 'PolicyDocument',
): readonly ResourcePolicy[] =>
  cloud.ofType(type).flatMap((of) =>
    [of.properties[target] ?? []].flat().map((ref) => ({
      on: arns.get(String(ref)) ?? String(ref),
      document: of.properties[at] as PolicyDocument,
      of,
      at,
    })),
  );

interface FunctionPermission {
  readonly FunctionName: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
}

const functionPermissions = (cloud: Templates): readonly ResourcePolicy[] => {
  const arns = arnsOf(cloud, 'AWS::Lambda::Function');
  return cloud.ofType<FunctionPermission>('AWS::Lambda::Permission').map((of) => {
    const on = arns.get(of.properties.FunctionName) ?? of.properties.FunctionName;
    return { on, document: { Statement: permissionStatement(of.properties, on) }, of, at: 'Action' };
  });
};

/** The statement that Lambda's AddPermission makes of a permission. */
const permissionStatement = (permission: FunctionPermission, Resource: string): Statement => {
  const { Action, Principal, SourceArn, SourceAccount } = permission;
  const isService = Principal.includes('.amazonaws.com');
  return {
    Effect: 'Allow',
    Action,
    Resource,
    Principal: Principal === '*' ? '*' : isService ? { Service: Principal } : { AWS: Principal },
    Condition: {
      ...(SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
      ...(SourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
    },
  };
};

/** What AWS gives a key without a policy: the account decides, by the policies of its roles. */
const defaultKeyPolicy = (keyArn: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${keyArn.split(':')[4]}:root` },
    Action: 'kms:*',
    Resource: '*',
  },
});

const keyPolicies = (cloud: Templates): readonly ResourcePolicy[] =>
  cloud.ofType<{ KeyPolicy?: PolicyDocument }>('AWS::KMS::Key').map((of) => ({
    on: of.arn,
    document: of.properties.KeyPolicy ?? defaultKeyPolicy(of.arn),
    of,
    at: 'KeyPolicy',
  }));

interface BusPolicy {
  readonly EventBusName?: string;
  readonly Statement: Statement;
}

const busPolicies = (cloud: Templates): readonly ResourcePolicy[] => {
  const arns = arnsOf(cloud, 'AWS::Events::EventBus');
  return cloud.ofType<BusPolicy>('AWS::Events::EventBusPolicy').map((of) => {
    const { EventBusName = 'default', Statement } = of.properties;
    return { on: arns.get(EventBusName) ?? EventBusName, document: { Statement }, of, at: 'Statement' };
  });
};
