import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { parse } from '../endpoint/decode.ts';
import { startDaemon } from './daemon.ts';
import { parseFilter } from './filter.ts';
import { createSampler } from './sampling.ts';
import { samplingRules, samplingTargets } from './sampling-rules.ts';
import { summarize, toWire } from './summary.ts';
import { createTraces, type Traces } from './traces.ts';
import { createTracing, setTracing } from './tracing.ts';

const PATHS: Readonly<Record<string, string>> = {
  '/TraceSegments': 'PutTraceSegments',
  '/TelemetryRecords': 'PutTelemetryRecords',
  '/TraceSummaries': 'GetTraceSummaries',
  '/Traces': 'BatchGetTraces',
  '/GetSamplingRules': 'GetSamplingRules',
  '/SamplingTargets': 'GetSamplingTargets',
};

/** X-Ray: the daemon's port, and the traces that came in there, the newest of them. Without `trace` no function is told of it. */
export const start = async (
  cloud: Cloud,
  { trace }: { readonly trace: boolean },
): Promise<Running & { readonly api: Api }> => {
  const traces = createTraces();
  const daemon = await startDaemon((document) => {
    try {
      traces.add(document);
    } catch (error) {
      cloud.log.warn('xray', `a segment is left out: ${(error as Error).message}`);
    }
  });
  if (trace) {
    const { accountId } = cloud;
    const isSampled = createSampler();
    setTracing(cloud, createTracing({ daemonAddress: daemon.address, accountId, traces, isSampled }));
  }
  const operations: Readonly<Record<string, (input: never) => unknown>> = {
    PutTraceSegments: (input) => putTraceSegments(traces, input),
    PutTelemetryRecords: () => ({}),
    GetTraceSummaries: (input) => getTraceSummaries(traces, input),
    BatchGetTraces: (input) => batchGetTraces(traces, input),
    GetSamplingRules: () => samplingRules(cloud),
    GetSamplingTargets: (input) => samplingTargets(cloud, input),
  };
  return {
    api: {
      route: ({ method, path, body }) => {
        const action = method === 'POST' ? PATHS[path] : undefined;
        return action === undefined ? undefined : { action, input: parse(body) };
      },
      permissions: (action: string) => [{ action: `xray:${action}`, resource: '*' }],
      handle: async (action: string, input) => {
        const operation = operations[action];
        if (operation === undefined)
          throw new AwsError('UnknownOperationException', `xray:${action} does not run locally`, 404);
        return operation(input);
      },
    },
    stop: () => daemon.stop(),
  };
};

const invalid = (message: string) => new AwsError('InvalidRequestException', message);

const putTraceSegments = (
  traces: Traces,
  { TraceSegmentDocuments: documents = [] }: { TraceSegmentDocuments?: readonly string[] },
) => {
  const UnprocessedTraceSegments: object[] = [];
  for (const document of documents) {
    try {
      traces.add(document);
    } catch (error) {
      const { code, message } = error as AwsError;
      const Id = /"id"\s*:\s*"([^"]+)"/.exec(document)?.[1];
      UnprocessedTraceSegments.push({ Id, ErrorCode: code, Message: message });
    }
  }
  return { UnprocessedTraceSegments };
};

interface GetTraceSummaries {
  /** Seconds since 1970. */
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly FilterExpression?: string;
}

const getTraceSummaries = (traces: Traces, { StartTime, EndTime, FilterExpression }: GetTraceSummaries) => {
  if (StartTime === undefined || EndTime === undefined) throw invalid('StartTime and EndTime are required');
  if (StartTime > EndTime) throw invalid('Start time must be before end time');
  const wanted = FilterExpression ? parseFilter(FilterExpression) : () => true;
  const found = traces.between(StartTime, EndTime).map(summarize);
  return {
    TraceSummaries: found.filter(wanted).map(toWire),
    TracesProcessedCount: found.length,
    ApproximateTime: EndTime,
  };
};

/** AWS's limit on the traces of one call. */
const MAX_TRACES = 5;

const batchGetTraces = (traces: Traces, { TraceIds = [] }: { TraceIds?: readonly string[] }) => {
  if (TraceIds.length === 0 || TraceIds.length > MAX_TRACES)
    throw invalid(`TraceIds must have from 1 to ${MAX_TRACES} entries`);
  return {
    Traces: TraceIds.flatMap((id) => {
      const trace = traces.get(id);
      if (trace === undefined) return [];
      const { duration } = summarize(trace);
      const Segments = trace.segments.map((segment) => ({
        Id: segment.id,
        Document: JSON.stringify(segment),
      }));
      return [{ Id: id, Duration: duration, LimitExceeded: false, Segments }];
    }),
    UnprocessedTraceIds: [],
  };
};
