import type { Resource } from '../cloud.ts';

/** Types whose data outlives their template, here as on AWS, where the templates retain them. */
const KEEPERS: ReadonlySet<string> = new Set([
  'AWS::Cognito::UserPool',
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
]);

/** A line for each resource that holds data and is in the templates no longer. */
export const removedWithData = (before: readonly Resource[], after: readonly Resource[]): string[] => {
  const still = new Set(after.map(({ type, ref }) => `${type} ${ref}`));
  return before
    .filter(({ type, ref }) => KEEPERS.has(type) && !still.has(`${type} ${ref}`))
    .map(
      ({ service, logicalId, ref }) =>
        `${service}: ${logicalId} is in the template no longer; the data of ${ref} is kept`,
    );
};
