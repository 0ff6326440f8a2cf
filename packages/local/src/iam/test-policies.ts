import type { Caller, Cloud, Resource } from '../cloud.ts';
import { recordingLog } from '../test-cloud.ts';
import { createAuthorize } from './authorize.ts';
import type { PolicyDocument, Statement } from './statement.ts';

/** A resource as the templates give it. */
export const resource = (
  type: string,
  logicalId: string,
  properties: object,
  ref = logicalId,
  arn = ref,
): Resource => ({
  service: 'shop',
  logicalId,
  type,
  properties: properties as Record<string, unknown>,
  ref,
  arn,
});

/** The part of the cloud that policies need. */
export const templatesOf = (resources: readonly Resource[]) => {
  const log = recordingLog();
  const cloud = {
    resources,
    ofType: <P>(type: string) => resources.filter((each) => each.type === type) as unknown as Resource<P>[],
    stage: 'local',
    region: 'us-east-1',
    accountId: '000000000000',
    log,
  } satisfies Partial<Cloud>;
  return { cloud, log };
};

export const authorizeWith = (...resources: Resource[]) => {
  const { cloud, log } = templatesOf(resources);
  return { authorize: createAuthorize(cloud), log };
};

export const roleArn = 'arn:aws:iam::000000000000:role/placer';
export const placer: Caller = { kind: 'role', roleArn, name: 'place' };

/** Version and statements of a policy. */
export const policy = (...Statement: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

/** The role `placer` with a policy of these statements. */
export const roleWith = (statements: Statement[], properties: object = {}): Resource =>
  resource(
    'AWS::IAM::Role',
    'PlacerRole',
    { Policies: [{ PolicyName: 'link', PolicyDocument: policy(...statements) }], ...properties },
    'placer',
    roleArn,
  );
