import type * as v from 'valibot';

/** The contract of one event: who publishes it, under which name, and what its data is. */
export interface EventContract<
  Name extends string = string,
  Schema extends v.GenericSchema = v.GenericSchema,
> {
  /** The publishing context; EventBridge's `source` is `emporium.<context>`. */
  readonly context: string;
  /** EventBridge's `detail-type`, in the past tense. */
  readonly name: Name;
  readonly schema: Schema;
}

/** The data of an event, by its contract. */
export type EventData<Contract extends EventContract> = v.InferOutput<Contract['schema']>;

/** What stands in EventBridge's `detail`. `id` stays the same when a publisher sends an event twice. */
export interface EventDetail<Data = unknown> {
  readonly metadata: {
    /** `evt_` and a ULID. Consumers de-duplicate by it. */
    readonly id: string;
    /** When it happened: ISO 8601, UTC. */
    readonly occurredAt: string;
    /** The request or the order that led to it. */
    readonly correlationId: string;
  };
  readonly data: Data;
}

/** Defines an event that `context` publishes. */
export const defineEvent = <Name extends string, Schema extends v.GenericSchema>(
  context: string,
  name: Name,
  schema: Schema,
): EventContract<Name, Schema> => ({ context, name, schema });

/** The contract of one workflow step: the function that takes it, its input, output, and the errors that the workflow catches. */
export interface TaskContract<
  Input extends v.GenericSchema = v.GenericSchema,
  Output extends v.GenericSchema = v.GenericSchema,
> {
  /** `<context>.<function>`, as in that context's `serverless.yml`. */
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  /** Error names that are final answers: the workflow catches them and never retries. */
  readonly errors: readonly string[];
}

/** Defines a workflow step. */
export const defineTask = <Input extends v.GenericSchema, Output extends v.GenericSchema>(
  name: string,
  contract: { input: Input; output: Output; errors?: readonly string[] },
): TaskContract<Input, Output> => ({ name, errors: [], ...contract });
