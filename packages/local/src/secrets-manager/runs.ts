import {
  CURRENT,
  PENDING,
  putVersion,
  type Rotation,
  type Run,
  removeStage,
  type SecretRecord,
  versionWith,
} from './record.ts';
import { intervalOf } from './rotation-rules.ts';

/** As often as AWS tries a rotation before it gives up until the next one is due. */
const MAX_ATTEMPTS = 5;
/** AWS waits for minutes; a developer would not. */
const FIRST_RETRY_MS = 1_000;

/** When something is to be done about a secret, in milliseconds since 1970. */
export const dueAt = ({ rotation }: SecretRecord): number | undefined => {
  if (rotation?.run !== undefined) return rotation.run.notBefore;
  return rotation?.enabled ? rotation.nextAt : undefined;
};

/** The version that an unfinished rotation has left behind. */
export const openVersion = (record: SecretRecord): string | undefined => {
  const id = versionWith(record, PENDING);
  return id === undefined || record.versions[id]?.stages.includes(CURRENT) ? undefined : id;
};

/** The record with a rotation at another place. */
export const withRun = (record: SecretRecord, run: Run): SecretRecord => ({
  ...record,
  rotation: { ...(record.rotation as Rotation), run },
});

/** A version without a value waits under AWSPENDING for the function to fill it, as the function expects. */
export const begin = (record: SecretRecord, token: string, now: number, testOnly = false): SecretRecord => {
  const run: Run = { token, step: 0, attempt: 0, notBefore: now, ...(testOnly && { testOnly }) };
  if (testOnly || record.versions[token] !== undefined) return withRun(record, run);
  return withRun(putVersion(record, token, { stages: [PENDING], createdAt: now }), run);
};

const withoutRun = (record: SecretRecord): Rotation => {
  const { run, ...rotation } = record.rotation as Rotation;
  return rotation;
};

/** After the last step; the next rotation is due an interval later. */
export const finished = (record: SecretRecord, { testOnly }: Run, now: number): SecretRecord => {
  const rotation = withoutRun(record);
  const interval = intervalOf(rotation.rules);
  return {
    ...(testOnly ? record : removeStage(record, PENDING)),
    rotation: {
      ...rotation,
      ...(!testOnly && { rotatedAt: now }),
      ...(interval !== undefined && { nextAt: now + interval }),
    },
  };
};

/** From the first step on, with the same token; after the last attempt not before the next rotation is due. */
export const retried = (record: SecretRecord, run: Run, now: number): SecretRecord => {
  const attempt = run.attempt + 1;
  if (attempt < MAX_ATTEMPTS) {
    return withRun(record, { ...run, step: 0, attempt, notBefore: now + FIRST_RETRY_MS * 2 ** run.attempt });
  }
  const rotation = withoutRun(record);
  const interval = intervalOf(rotation.rules);
  return { ...record, rotation: { ...rotation, ...(interval !== undefined && { nextAt: now + interval }) } };
};
