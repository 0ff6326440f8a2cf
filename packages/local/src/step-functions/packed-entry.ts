import type { Entry } from './asl/journal.ts';
import { text } from './asl/json.ts';
import type { HistoryEvent } from './asl/run.ts';

type Details = Readonly<Record<string, unknown>>;

const entered = (event: HistoryEvent | undefined) => event?.stateEnteredEventDetails as Details | undefined;
const exited = (event: HistoryEvent | undefined) => event?.stateExitedEventDetails as Details | undefined;

/**
 * An entry as it is stored. A state's output is the next one's input, and stands in its frame, too: it is written
 * once, for these writes are most of what an execution costs.
 */
export const pack = (entry: Entry): Entry => {
  const { events, frame } = entry;
  const details = entered(events.at(-1));
  if (frame === undefined || details === undefined || text(frame.input) !== details.input) return entry;
  const { input, ...rest } = frame;
  return { ...entry, events: withoutOutput(events, details.input), frame: rest as Entry['frame'] & object };
};

const withoutOutput = (events: Entry['events'], text: unknown): Entry['events'] => {
  const at = events.length - 2;
  const event = events[at];
  const details = exited(event);
  if (event === undefined || details === undefined || details.output !== text) return events;
  const { output, ...rest } = details;
  return events.with(at, { ...event, stateExitedEventDetails: rest });
};

/** The entry that was packed. */
export const unpack = (entry: Entry): Entry => {
  const { events, frame } = entry;
  if (frame === undefined || 'input' in frame) return entry;
  const { input } = entered(events.at(-1)) as { input: string };
  const whole = { ...(frame as Entry['frame'] & object), input: JSON.parse(input) };
  return { ...entry, events: withOutput(events, input), frame: whole };
};

const withOutput = (events: Entry['events'], output: string): Entry['events'] => {
  const at = events.length - 2;
  const event = events[at];
  const details = exited(event);
  if (event === undefined || details === undefined || 'output' in details) return events;
  const { name, ...rest } = details;
  return events.with(at, { ...event, stateExitedEventDetails: { name, output, ...rest } });
};
