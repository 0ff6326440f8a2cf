import type { Frame, HistoryEvent, Journal } from './run.ts';

/** What a commit writes: the events since the last one, and the frame that holds from now on. */
export interface Entry {
  readonly events: readonly HistoryEvent[];
  readonly path?: string;
  readonly frame?: Frame;
  readonly fresh?: boolean;
}

type WriteEntry = (entry: Entry, number: number) => void;

export interface LoggedJournal extends Journal {
  /** Writes the events that no commit has taken yet, through `instead` where it is given. */
  flush(instead?: WriteEntry): void;
  /** The events that no commit has taken yet. */
  pending(): readonly HistoryEvent[];
}

/** Takes over what an entry says about where the lines stand. */
export const applyFrame = (frames: Map<string, Frame>, { path, frame, fresh }: Entry): void => {
  if (path === undefined || !frame) return;
  if (fresh) for (const key of frames.keys()) if (key.startsWith(`${path}/`)) frames.delete(key);
  frames.set(path, frame);
};

/**
 * A journal over a log of entries: `log` is what an earlier run wrote, `write` adds to it. One write a commit makes
 * events and frame durable together.
 */
export const createJournal = (log: readonly Entry[], write: WriteEntry): LoggedJournal => {
  const frames = new Map<string, Frame>();
  let events: HistoryEvent[] = [];
  let held: Omit<Entry, 'events'> | undefined;
  let length = 0;
  let last: HistoryEvent | undefined;

  const apply = (entry: Entry) => {
    length++;
    last = entry.events.at(-1) ?? last;
    applyFrame(frames, entry);
  };
  for (const entry of log) apply(entry);

  const add = (entry: Omit<Entry, 'events'>, through = write) => {
    const whole = { events, ...entry };
    events = [];
    through(whole, length);
    apply(whole);
  };

  const newest = () => events.at(-1) ?? last;

  return {
    frame: (path) => frames.get(path),
    last: newest,
    append(event) {
      const id = (newest()?.id ?? 0) + 1;
      events.push({ ...event, id } as HistoryEvent);
      return id;
    },
    commit(path, frame, fresh = false) {
      const entry = { path, frame, ...(fresh && { fresh }) };
      // The end of the whole execution follows before anything else happens: both are one write.
      if (path === '' && frame.done) held = entry;
      else add(entry);
    },
    flush(instead) {
      if (events.length > 0 || held) add(held ?? {}, instead);
      held = undefined;
    },
    pending: () => events,
  };
};
