import type { IncomingHttpHeaders } from 'node:http';

/** Who makes an AWS call. The operator of this machine (seed, tests, console) is `root` and may do anything. */
export type Caller =
  | { readonly kind: 'root' }
  /** A function, a workflow or a rule: `roleArn` is the role whose policies decide, `name` is what messages call it. */
  | { readonly kind: 'role'; readonly roleArn: string; readonly name: string }
  /** An AWS service acting under a resource policy, such as `events.amazonaws.com` on behalf of `sourceArn`. */
  | { readonly kind: 'service'; readonly principal: string; readonly sourceArn: string };

/** One resource of a template, its properties free of intrinsic functions. */
export interface Resource<Properties = Record<string, unknown>> {
  /** The context that owns it, such as `orders`. */
  readonly service: string;
  readonly logicalId: string;
  /** Such as `AWS::DynamoDB::Table`. */
  readonly type: string;
  readonly properties: Properties;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt … Arn` gives, where the type has one. */
  readonly arn: string;
}

/** What one service of the local cloud offers to the endpoint and to its siblings. */
export interface Api {
  /** The IAM actions and resources that a call needs: every pair is checked against the caller's policies. */
  permissions(action: string, input: never): readonly Permission[];
  /** Answers a call. Throws {@link AwsError} for what AWS would refuse. */
  handle(action: string, input: never, caller: Caller): Promise<unknown>;
  /** Set by an engine that speaks the wire protocol itself: answers the request's own bytes, once the caller's permissions have been checked. */
  forward?(action: string, body: Buffer, input: never): Promise<WireAnswer>;
  /** Set by a service of a REST protocol: which action a request asks for, and its input; undefined where it is none of its. */
  route?(request: RestRequest): { readonly action: string; readonly input: unknown } | undefined;
  /** Set by a service of a REST protocol: an output as an HTTP answer; without it, an output is the JSON of a 200. */
  encode?(action: string, output: never): WireAnswer;
  /** Set by a service whose errors look different from those of the others. */
  encodeError?(error: AwsError, input: never): WireAnswer;
  /** The actions that need no signature: anybody may call them. */
  readonly unsigned?: ReadonlySet<string>;
}

/** A request of a REST protocol, as the endpoint received it. */
interface RestRequest {
  readonly method: string;
  /** Percent-encoded as the client sent it. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request in the protocol of an AWS service. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An HTTP answer in the protocol of the AWS service, passed on as it is. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export interface Permission {
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  /** The ARN that the action touches. */
  readonly resource: string;
  /** Condition keys of the call, such as `dynamodb:LeadingKeys`, or what makes them once a condition asks. */
  readonly context?: Context | (() => Context);
  /** What the service itself answers where the permission is missing, such as SQS for a key; default AccessDeniedException. */
  refusal?(message: string): AwsError;
}

/** The values of condition keys. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** A running module. `api` answers the actions of one IAM prefix (`dynamodb`, `sqs`, `states`, …). */
export interface Running {
  readonly api?: Api;
  stop(): Promise<void>;
}

/** The result of a function invocation, as Lambda's Invoke gives it. */
export interface Invocation {
  /** The returned JSON text, or the error payload `{ errorType, errorMessage, trace }` where `functionError` is set. */
  readonly payload: string;
  readonly functionError?: 'Unhandled';
}

interface InvokeOptions {
  /** The trace that the invocation is part of, as `X-Amzn-Trace-Id` has it. */
  readonly traceHeader?: string;
}

/** What every module is given. */
export interface Cloud {
  readonly region: string;
  readonly accountId: string;
  readonly stage: string;
  /** Where state is kept; every module uses a file or a folder of its own below it. */
  readonly dataFolder: string;
  /** The AWS-shaped endpoint, such as `http://127.0.0.1:4566`: known before any module starts. */
  readonly endpoint: string;
  readonly log: Log;
  /** All resources of all templates, resolved. */
  readonly resources: readonly Resource[];
  ofType<P = Record<string, unknown>>(type: string): readonly Resource<P>[];
  /** Calls an AWS API with the caller's permissions checked, without a network hop. */
  call<Output = unknown>(caller: Caller, prefix: string, action: string, input: unknown): Promise<Output>;
  /** Answers a request as the endpoint does, without a socket. It never rejects. */
  answer(request: WireRequest): Promise<WireAnswer>;
  /** Invokes a function by name or ARN and waits for its answer. Permissions are the caller's business: use `call(…, 'lambda', 'Invoke', …)` to have them checked. */
  invoke(functionName: string, payload: unknown, options?: InvokeOptions): Promise<Invocation>;
  readonly metrics: Metrics;
  /** A durable key-value store of the module's own, in the data folder's one SQLite file. */
  store(name: string): Store;
}

/** Durable, synchronous, ordered by key. Values are JSON. */
export interface Store {
  get<T>(key: string): T | undefined;
  put(key: string, value: unknown): void;
  delete(key: string): void;
  /** All writes or none, at about the price of one. A write without a value deletes. */
  batch(writes: readonly Write[]): void;
  /** Every entry whose key starts with `prefix`, in key order. */
  list<T>(prefix?: string): { key: string; value: T }[];
}

/** A change to a store's entry. */
export interface Write {
  readonly key: string;
  readonly value?: unknown;
}

/** A data point of a CloudWatch metric, such as the services themselves publish. */
export interface Datum {
  /** Such as `AWS/Lambda`. */
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** Default `Count`. */
  readonly unit?: 'Count' | 'Milliseconds' | 'Bytes' | 'Seconds' | 'Percent' | 'None';
}

/** Where metrics go. It is called many times an order, so it only adds up. */
export interface Metrics {
  put(datum: Datum): void;
}

export interface Log {
  info(label: string, message: string): void;
  warn(label: string, message: string): void;
  error(label: string, message: string): void;
}

/** An error in AWS's shape: `code` goes on the wire as `__type`, such as `ResourceNotFoundException`. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** What else the error's shape has, such as `Reason`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
