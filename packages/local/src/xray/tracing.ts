import { randomBytes } from 'node:crypto';
import type { Cloud } from '../cloud.ts';
import type { Traces } from './traces.ts';

/** The part of Lambda in a trace. */
export interface Tracing {
  /** Where functions send their segments: `127.0.0.1:<port>`. */
  readonly daemonAddress: string;
  /** Begins a function's part of a trace: of the one that the header names, or of a new one. */
  begin(invoked: Invoked, header: string | undefined): InvocationTrace;
}

interface Invoked {
  readonly name: string;
  readonly arn: string;
}

interface InvocationTrace {
  /** What the function gets as `_X_AMZN_TRACE_ID`. */
  readonly header: string;
  end(outcome: { readonly requestId: string; readonly failed: boolean }): void;
}

const running = new WeakMap<Cloud, Tracing>();

/** Tracing, where it is switched on: set by the module that starts before Lambda. */
export const tracingOf = (cloud: Cloud): Tracing | undefined => running.get(cloud);

export const setTracing = (cloud: Cloud, tracing: Tracing): void => void running.set(cloud, tracing);

const newSegmentId = (): string => randomBytes(8).toString('hex');

const newTraceId = (now: number): string =>
  `1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;

/** The header of a call that nobody traces; one that came along is handed on. */
export const untraced = (header: string | undefined): string =>
  header ?? `Root=${newTraceId(Date.now())};Parent=${newSegmentId()};Sampled=0`;

const partOf = (header: string, name: string): string | undefined =>
  new RegExp(`(?:^|;)\\s*${name}=([^;]+)`).exec(header)?.[1];

interface Options {
  readonly daemonAddress: string;
  readonly accountId: string;
  readonly traces: Traces;
  readonly isSampled: () => boolean;
}

export const createTracing = ({ daemonAddress, accountId, traces, isSampled }: Options): Tracing => ({
  daemonAddress,
  begin: ({ name, arn }, header = '') => {
    const start = Date.now();
    const root = partOf(header, 'Root') ?? newTraceId(start);
    const decided = partOf(header, 'Sampled');
    const sampled = decided === '1' || (decided !== '0' && isSampled());
    const [service, invocation] = [newSegmentId(), newSegmentId()];
    const handed = `Root=${root};Parent=${invocation};Sampled=${sampled ? 1 : 0}`;
    if (!sampled) return { header: handed, end: () => {} };
    const parent = partOf(header, 'Parent');
    return {
      header: handed,
      end: ({ requestId, failed }) => {
        const common = {
          name,
          trace_id: root,
          start_time: start / 1000,
          end_time: Date.now() / 1000,
          ...(failed && { fault: true }),
        };
        const document = (segment: object) => traces.add(JSON.stringify({ ...common, ...segment }));
        document({
          id: service,
          ...(parent !== undefined && { parent_id: parent }),
          origin: 'AWS::Lambda',
          resource_arn: arn,
          http: { response: { status: 200 } },
          aws: { request_id: requestId },
        });
        document({
          id: invocation,
          parent_id: service,
          origin: 'AWS::Lambda::Function',
          resource_arn: arn,
          aws: { function_arn: arn, resource_names: [name], account_id: accountId, request_id: requestId },
        });
      },
    };
  },
});
