import { AwsError } from '../cloud.ts';

/** A segment document, or one of the subsegments within it. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  readonly trace_id?: string;
  readonly parent_id?: string;
  readonly type?: 'subsegment';
  /** Seconds since 1970. */
  readonly start_time: number;
  readonly end_time?: number;
  readonly in_progress?: boolean;
  readonly origin?: string;
  readonly error?: boolean;
  readonly fault?: boolean;
  readonly throttle?: boolean;
  readonly annotations?: Readonly<Record<string, string | number | boolean>>;
  readonly http?: {
    readonly request?: Readonly<Record<'url' | 'method' | 'user_agent' | 'client_ip', string>>;
    readonly response?: { readonly status?: number };
  };
  subsegments?: Segment[];
  readonly [field: string]: unknown;
}

/** A trace as far as it has come in. */
export interface Trace {
  readonly id: string;
  /** Whole ones; those that a subsegment came to alone have it within. */
  readonly segments: readonly Segment[];
}

export interface Traces {
  /** Keeps a document. Throws InvalidSegment for what is none. */
  add(document: string): void;
  get(id: string): Trace | undefined;
  /** Those that began from `start` to `end`, in seconds since 1970. */
  between(start: number, end: number): Trace[];
}

/** AWS's limit on one document. */
const MAX_DOCUMENT_BYTES = 64 * 1024;

interface Limits {
  readonly maxTraces?: number;
  readonly maxBytes?: number;
}

interface Kept {
  /** Documents by the segment's id: what comes again, as one does that had been in progress, replaces. */
  readonly documents: Map<string, string>;
  bytes: number;
}

const invalid = (message: string) => new AwsError('InvalidSegment', message);

const read = (document: string): Segment & { readonly trace_id: string } => {
  if (Buffer.byteLength(document) > MAX_DOCUMENT_BYTES) throw invalid('Segment document exceeds 64 KB');
  let segment: Partial<Segment> | null;
  try {
    segment = JSON.parse(document);
  } catch {
    throw invalid('Segment document is not JSON');
  }
  const { id = '', trace_id = '', name, start_time, end_time, in_progress } = segment ?? {};
  if (!/^[0-9a-f]{16}$/.test(id)) throw invalid('id must be 16 hexadecimal digits');
  if (!/^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(trace_id)) throw invalid('trace_id is not a trace id');
  if (!name) throw invalid('name is missing');
  if (typeof start_time !== 'number') throw invalid('start_time is missing');
  if (typeof end_time !== 'number' && !in_progress) throw invalid('end_time is missing');
  return segment as Segment & { trace_id: string };
};

/** Traces in memory, the newest 5,000 of them, or as many as 64 MB hold. */
export const createTraces = ({ maxTraces = 5_000, maxBytes = 64 * 1024 * 1024 }: Limits = {}): Traces => {
  const traces = new Map<string, Kept>();
  let bytes = 0;

  const forgetOldest = (): void => {
    const [oldest] = traces;
    if (oldest === undefined) return;
    bytes -= oldest[1].bytes;
    traces.delete(oldest[0]);
  };
  const get = (id: string): Trace | undefined => {
    const kept = traces.get(id);
    return kept && { id, segments: assemble([...kept.documents.values()]) };
  };

  return {
    add: (document) => {
      const { id, trace_id } = read(document);
      let trace = traces.get(trace_id);
      if (trace === undefined) {
        trace = { documents: new Map(), bytes: 0 };
        traces.set(trace_id, trace);
      }
      const more = document.length - (trace.documents.get(id)?.length ?? 0);
      trace.documents.set(id, document);
      trace.bytes += more;
      bytes += more;
      while (traces.size > maxTraces || (bytes > maxBytes && traces.size > 1)) forgetOldest();
    },
    get,
    between: (start, end) =>
      [...traces.keys()]
        .filter((id) => {
          const began = Number.parseInt(id.slice(2, 10), 16);
          return began >= Math.floor(start) && began <= end;
        })
        .map((id) => get(id) as Trace),
  };
};

/** Puts each subsegment that was sent alone into the segment that it belongs to. */
const assemble = (documents: readonly string[]): Segment[] => {
  const all = documents.map((document) => JSON.parse(document) as Segment);
  const byId = new Map<string, Segment>();
  for (const segment of all) walk(segment, (each) => byId.set(each.id, each));
  return all
    .filter((segment) => {
      const parent = segment.type === 'subsegment' ? byId.get(segment.parent_id ?? '') : undefined;
      if (parent === undefined) return true;
      parent.subsegments = [...(parent.subsegments ?? []).filter(({ id }) => id !== segment.id), segment];
      return false;
    })
    .sort((a, b) => a.start_time - b.start_time);
};

/** A segment, and all that is within it. */
export const walk = (segment: Segment, visit: (segment: Segment) => void): void => {
  visit(segment);
  for (const inner of segment.subsegments ?? []) walk(inner, visit);
};
