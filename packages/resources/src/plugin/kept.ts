import { isDeepStrictEqual } from 'node:util';
import { ConfigurationError } from '../errors.ts';

type Properties = Readonly<Record<string, unknown>>;

/** A resource of a template, as far as a deployment could lose it. */
interface Kept {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Properties;
}

export type KeptResources = Readonly<Record<string, Kept>>;

interface Index {
  readonly IndexName: string;
}

/**
 * Refuses a deployment that would leave data behind, replace a table by an empty one, or that DynamoDB would refuse
 * half-way. `letGo` names what is meant to go: `OrdersTable`, `OrdersTable.byCustomer`.
 *
 * @throws ConfigurationError with every such change, and what to do instead.
 */
export const refuseLosses = (
  deployed: KeptResources,
  next: KeptResources,
  letGo: readonly string[],
  where: string,
): void => {
  const losses = Object.entries(deployed).flatMap(([name, before]) => {
    const after = next[name];
    // Versions of functions come and go; the framework retains them so that aliases can go back.
    if (after === undefined) {
      const isKept = before.DeletionPolicy === 'Retain' && before.Type !== 'AWS::Lambda::Version';
      return isKept && !letGo.includes(name) ? [goes(name)] : [];
    }
    return before.Type === 'AWS::DynamoDB::Table'
      ? tableChanges(name, before.Properties ?? {}, after.Properties ?? {}, letGo)
      : [];
  });
  if (losses.length === 0) return;
  throw new ConfigurationError(
    `${where} may not be deployed like this:\n${losses.map((loss) => `- ${loss}`).join('\n')}\nSee docs/rolling-back.md, "Changes that can be taken back".`,
  );
};

const goes = (name: string): string =>
  `${name} is no longer there. What it holds would stay behind in AWS, with nobody to look after it. Bring it back under its old name; or, when nothing reads it any more, deploy once with LET_GO=${name}.`;

const tableChanges = (
  name: string,
  before: Properties,
  after: Properties,
  letGo: readonly string[],
): string[] => {
  const changes: string[] = [];
  const changed = (property: string) => !isDeepStrictEqual(before[property], after[property]);
  if (changed('TableName') || changed('KeySchema')) {
    changes.push(
      `${name} would get another name or key, for which CloudFormation makes a new, empty table. Define a new table beside it, and move what is there.`,
    );
  }
  const [old, current] = [indexesOf(before), indexesOf(after)];
  const added = [...current.keys()].filter((index) => !old.has(index));
  const removed = [...old.keys()].filter((index) => !current.has(index));
  for (const [index, shape] of current) {
    if (old.has(index) && !isDeepStrictEqual(old.get(index), shape)) {
      changes.push(
        `${name}.${index} would get another key, which no index can. Add an index of another name.`,
      );
    }
  }
  for (const index of removed.filter((index) => !letGo.includes(`${name}.${index}`))) {
    changes.push(
      `${name}.${index} would go, and code that is deployed may still query it. Deploy code without it first; then deploy once with LET_GO=${name}.${index}.`,
    );
  }
  if (added.length + removed.length > 1) {
    changes.push(
      `${name} would have ${[...added, ...removed].join(' and ')} added or removed at once, and DynamoDB does one index at a time. Deploy them one by one.`,
    );
  }
  const [ttl, nextTtl] = [expiryOf(before), expiryOf(after)];
  if (ttl !== undefined && nextTtl !== undefined && ttl !== nextTtl) {
    changes.push(
      `${name} would expire by ${nextTtl} and no longer by ${ttl}, which DynamoDB does not change in one step. Deploy it without timeToLive, and an hour later with the new one.`,
    );
  }
  return changes;
};

const indexesOf = ({ GlobalSecondaryIndexes = [] }: Properties): Map<string, object> =>
  new Map((GlobalSecondaryIndexes as Index[]).map((index) => [index.IndexName, index]));

const expiryOf = ({ TimeToLiveSpecification }: Properties): string | undefined =>
  (TimeToLiveSpecification as { AttributeName?: string } | undefined)?.AttributeName;
