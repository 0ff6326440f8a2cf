import type { MessagePort } from 'node:worker_threads';

/** What a worker is started with. */
export interface WorkerInput {
  readonly folder: string;
  /** Where compiled code is kept for the next worker. */
  readonly compiledFolder: string;
  /** `path/to/file.export`, as in the template. */
  readonly handler: string;
  /** For the function's calls of the endpoint. */
  readonly port: MessagePort;
}

/** A request of the endpoint, from the worker. */
export interface PortRequest {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** And its answer. */
export interface PortAnswer {
  readonly id: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One invocation, to the worker. */
export interface Call {
  readonly event: string;
  /** How long it may take: a span, as the machine's clock may jump. */
  readonly remainingMs: number;
  readonly traceId: string;
  readonly context: {
    readonly functionName: string;
    readonly functionVersion: string;
    /** With the qualifier that the caller gave, where one was given. */
    readonly invokedFunctionArn: string;
    readonly memoryLimitInMB: string;
    readonly awsRequestId: string;
    readonly logGroupName: string;
    readonly logStreamName: string;
    /** As the caller gave it, decoded. */
    readonly clientContext?: unknown;
  };
}

/** The payload of a failed invocation, as Lambda gives it. */
export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the worker: once when its code is loaded or is not, then once a call, and once more where it ends itself. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly error: ErrorPayload }
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'failure'; readonly error: ErrorPayload }
  /** An error that nobody caught: the worker can't be used any more. */
  | { readonly kind: 'crash'; readonly error: ErrorPayload };
