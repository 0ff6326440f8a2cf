import { AwsError } from '../cloud.ts';

interface Entry {
  readonly Id: string;
}

interface Failed {
  readonly Id: string;
  readonly SenderFault: true;
  readonly Code: string;
  readonly Message: string;
}

/** What every batch call answers: what went well, and what did not. */
export interface BatchOutput<Successful> {
  readonly Successful: readonly (Successful & Entry)[];
  readonly Failed: readonly Failed[];
}

const MAX_ENTRIES = 10;

/** Throws what SQS says of a batch as a whole. */
export const checkBatch = (name: string, entries: readonly Entry[] | undefined): void => {
  if (!entries?.length) {
    throw new AwsError(
      'EmptyBatchRequest',
      `There should be at least one ${name}RequestEntry in the request.`,
    );
  }
  if (entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id ?? '')) {
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
};

/** Handles entry after entry; one that is refused leaves the others alone. */
export const eachEntry = <E extends Entry, Successful>(
  entries: readonly E[],
  handle: (entry: E) => Successful,
): BatchOutput<Successful> => {
  const successful: (Successful & Entry)[] = [];
  const failed: Failed[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...handle(entry) });
    } catch (error) {
      // What the disk did not take fails the whole call, which is then tried again.
      if (!(error instanceof AwsError) || error.status >= 500) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
};
