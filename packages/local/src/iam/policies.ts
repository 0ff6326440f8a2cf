import type { Cloud } from '../cloud.ts';
import type { Statement } from './policy.ts';

interface Document {
  readonly Statement: Statement | readonly Statement[];
}

export interface Policies {
  /** Identity-based: what a role may do. */
  ofRole(roleArn: string): readonly Statement[];
  /** Resource-based: who may do what to a queue, a topic, a function or a bus. */
  ofResource(arn: string): readonly Statement[];
}

/** Gathers the policies of all templates. */
export const collectPolicies = (cloud: Pick<Cloud, 'ofType'>): Policies => {
  const byRole = new Map<string, Statement[]>();
  const byResource = new Map<string, Statement[]>();
  const add = (map: Map<string, Statement[]>, key: string, statements: readonly Statement[]) =>
    map.set(key, [...(map.get(key) ?? []), ...statements]);

  const managed = new Map(
    cloud
      .ofType<{ PolicyDocument: Document }>('AWS::IAM::ManagedPolicy')
      .map((policy) => [policy.arn, statementsOf(policy.properties.PolicyDocument)]),
  );
  const roleArns = new Map<string, string>();
  for (const role of cloud.ofType<RoleProperties>('AWS::IAM::Role')) {
    roleArns.set(role.ref, role.arn);
    for (const { PolicyDocument } of role.properties.Policies ?? []) {
      add(byRole, role.arn, statementsOf(PolicyDocument));
    }
    for (const arn of role.properties.ManagedPolicyArns ?? []) add(byRole, role.arn, managed.get(arn) ?? []);
  }
  for (const { properties } of cloud.ofType<AttachedPolicy>('AWS::IAM::Policy')) {
    for (const role of properties.Roles ?? []) {
      add(byRole, roleArns.get(role) ?? role, statementsOf(properties.PolicyDocument));
    }
  }

  const queueArns = new Map(cloud.ofType('AWS::SQS::Queue').map(({ ref, arn }) => [ref, arn]));
  for (const { properties } of cloud.ofType<AttachedPolicy>('AWS::SQS::QueuePolicy')) {
    for (const url of properties.Queues ?? []) {
      add(byResource, queueArns.get(url) ?? url, statementsOf(properties.PolicyDocument));
    }
  }
  for (const { properties } of cloud.ofType<AttachedPolicy>('AWS::SNS::TopicPolicy')) {
    for (const topic of properties.Topics ?? []) {
      add(byResource, topic, statementsOf(properties.PolicyDocument));
    }
  }
  for (const { properties } of cloud.ofType<AttachedPolicy>('AWS::S3::BucketPolicy')) {
    add(byResource, `arn:aws:s3:::${properties.Bucket}`, statementsOf(properties.PolicyDocument));
  }
  const functionArns = new Map(cloud.ofType('AWS::Lambda::Function').map(({ ref, arn }) => [ref, arn]));
  for (const { properties } of cloud.ofType<FunctionPermission>('AWS::Lambda::Permission')) {
    const arn = functionArns.get(properties.FunctionName) ?? properties.FunctionName;
    add(byResource, arn, [permissionStatement(properties, arn)]);
  }
  const none: readonly Statement[] = [];
  return {
    ofRole: (roleArn) => byRole.get(roleArn) ?? none,
    // An object's policy is its bucket's.
    ofResource: (arn) =>
      byResource.get(arn.startsWith('arn:aws:s3:') ? arn.replace(/\/.*/s, '') : arn) ?? none,
  };
};

interface RoleProperties {
  readonly Policies?: readonly { PolicyDocument: Document }[];
  readonly ManagedPolicyArns?: readonly string[];
}

interface AttachedPolicy {
  readonly PolicyDocument: Document;
  readonly Roles?: readonly string[];
  readonly Queues?: readonly string[];
  readonly Topics?: readonly string[];
  readonly Bucket?: string;
}

interface FunctionPermission {
  readonly FunctionName: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string;
}

const statementsOf = (document: Document | undefined): readonly Statement[] =>
  document === undefined ? [] : ([document.Statement].flat() as Statement[]);

const permissionStatement = (permission: FunctionPermission, arn: string): Statement => ({
  Effect: 'Allow',
  Action: permission.Action,
  Resource: arn,
  Principal: permission.Principal.includes('.amazonaws.com')
    ? { Service: permission.Principal }
    : { AWS: permission.Principal },
  ...(permission.SourceArn !== undefined && {
    Condition: { ArnLike: { 'aws:SourceArn': permission.SourceArn } },
  }),
});
