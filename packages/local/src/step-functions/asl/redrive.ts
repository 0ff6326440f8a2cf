import { applyFrame, type Entry } from './journal.ts';
import type { Frame, HistoryEvent } from './run.ts';

/** A line as it stands when its state is to be tried anew: with all its retries, and no attempt under way. */
const anew = ({ token, submitted, deadline, heartbeatSeconds, resumeAt, done, ...frame }: Frame): Frame => ({
  ...frame,
  retries: [],
  retryCount: 0,
});

const errorOf = ({ type, executionFailedEventDetails }: HistoryEvent): unknown =>
  type === 'ExecutionFailed' ? (executionFailedEventDetails as { error?: string })?.error : undefined;

/**
 * What has to be added to the log of an execution that did not succeed, so that it goes on from the states that did
 * not: of a Parallel or Map only the branches and iterations that failed or were cut.
 *
 * @param log everything that was written for the execution so far
 * @param options.count how often it has been redriven, this time included
 * @param options.now milliseconds since 1970
 */
export const redrive = (
  log: readonly Entry[],
  { count, now }: { count: number; now: number },
): readonly Entry[] => {
  const last = log.flatMap(({ events }) => events).at(-1);
  if (!last) throw new Error('An execution that has no history cannot be redriven');
  const event = {
    id: last.id + 1,
    previousEventId: last.id,
    timestamp: now,
    type: 'ExecutionRedriven',
    executionRedrivenEventDetails: { redriveCount: count },
  };
  const frames = new Map<string, Frame>();
  for (const entry of log) applyFrame(frames, entry);
  const root = frames.get('');
  if (!root) return [{ events: [event] }];
  // What was too large would be so again: AWS repeats the branches that succeeded, too.
  if (errorOf(last) === 'States.DataLimitExceeded') {
    const { startedId, ...whole } = anew(root);
    return [{ events: [event], path: '', frame: { ...whole, previous: event.id }, fresh: true }];
  }
  const unsuccessful = [...frames].filter(([, { done }]) => done === undefined || done.failed);
  return unsuccessful.map(([path, frame]) => ({
    events: path === '' ? [event] : [],
    path,
    frame: path === '' ? { ...anew(frame), previous: event.id } : anew(frame),
  }));
};
