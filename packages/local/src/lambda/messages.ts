/** What a worker is started with. */
export interface WorkerInput {
  readonly folder: string;
  /** Where compiled code is kept for the next worker. */
  readonly compiledFolder: string;
  /** `path/to/file.export`, as in the template. */
  readonly handler: string;
}

/** One invocation, to the worker. */
export interface Call {
  readonly event: string;
  readonly deadline: number;
  readonly traceId: string;
  readonly context: {
    readonly functionName: string;
    readonly functionVersion: string;
    readonly invokedFunctionArn: string;
    readonly memoryLimitInMB: string;
    readonly awsRequestId: string;
    readonly logGroupName: string;
    readonly logStreamName: string;
  };
}

/** The payload of a failed invocation, as Lambda gives it. */
export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the worker: once when its code is loaded or is not, then once a call. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly error: ErrorPayload }
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'failure'; readonly error: ErrorPayload };
