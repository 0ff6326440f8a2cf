import type { Caller, Cloud } from '../cloud.ts';
import { StateError } from './asl/errors.ts';
import type { TaskCall } from './asl/run.ts';
import { nameFailure } from './failures.ts';
import { invokeFunction, readPayload } from './functions.ts';
import { createNested, type Nested } from './nested.ts';
import { type Integration, OPTIMIZED, SDK } from './services.ts';
import { callSfn } from './sfn.ts';
import { asText, type Call, type Fields, pascal, withMetadata } from './shapes.ts';

/** Entries come from this execution, as AWS notes in each; one that is refused fails the task. */
const putEvents = async (call: Call, { Entries = [], ...input }: Fields, resources: readonly string[]) => {
  const entries = (Entries as readonly Fields[]).map((entry) => ({
    ...entry,
    Detail: asText(entry.Detail),
    Resources: [...((entry.Resources as readonly string[] | undefined) ?? []), ...resources],
  }));
  const result = await call('events', 'PutEvents', { ...input, Entries: entries });
  if (Number(result.FailedEntryCount) > 0)
    throw new StateError('EventBridge.FailedEntry', JSON.stringify(result));
  return withMetadata(result);
};

interface Target {
  readonly integration: Integration;
  readonly kind: 'function' | 'sdk' | 'optimized';
  readonly service: string;
  readonly action: string;
  /** Such as `sync:2`. */
  readonly mode: string;
}

const FUNCTION = /^arn:[^:]+:lambda:/;
const INTEGRATION = /^arn:[^:]*:states:::(aws-sdk:)?([^:]+):([^.]+)(?:\.(.+))?$/;

const targets = new Map<string, Target>();

/** What a resource names, taken apart once. */
const targetOf = (resource: string): Target => {
  const known = targets.get(resource);
  if (known !== undefined) return known;
  const isFunction = FUNCTION.test(resource);
  const [, sdk, service = '', action = '', mode = ''] = INTEGRATION.exec(resource) ?? [];
  const kind = isFunction ? 'function' : sdk === undefined ? 'optimized' : 'sdk';
  const integration = isFunction ? OPTIMIZED.lambda : (sdk === undefined ? OPTIMIZED : SDK)[service];
  if (integration === undefined)
    throw new StateError('States.Runtime', `The resource ${resource} has no local counterpart`);
  const target: Target = { integration, kind, service, action, mode };
  targets.set(resource, target);
  return target;
};

interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly redriveCount: number;
  readonly nested: Nested;
}

/** Does the work of a task as the state machine's role, so that its policies decide. */
export const createInvoke = (
  cloud: Cloud,
  { roleArn, name }: { roleArn: string; name: string },
  { executionArn, stateMachineArn, redriveCount, nested }: Execution,
) => {
  const caller: Caller = { kind: 'role', roleArn, name };
  const call: Call = (prefix, action, input) => cloud.call(caller, prefix, action, input);
  const children = createNested(call, { parent: `${executionArn} ${redriveCount}`, nested });

  const perform = async (target: Target, task: TaskCall): Promise<unknown> => {
    const { integration, service, action, mode } = target;
    const input = task.arguments as Fields;
    switch (`${service}:${action}`) {
      case 'lambda:invoke':
        return invokeFunction(call, input);
      case 'events:putEvents':
        return putEvents(call, input, [executionArn, stateMachineArn]);
      case 'states:startExecution':
        return children.start(task, mode);
      case 'sqs:sendMessage':
        return withMetadata(
          await call('sqs', 'SendMessage', { ...input, MessageBody: asText(input.MessageBody) }),
        );
      case 'sns:publish':
        return withMetadata(await call('sns', 'Publish', { ...input, Message: asText(input.Message) }));
      default:
        return withMetadata(await call(integration.prefix, pascal(action), input));
    }
  };

  const invoke = async (task: TaskCall): Promise<unknown> => {
    const target = targetOf(task.resource);
    const { integration, kind, action } = target;
    try {
      if (kind === 'optimized') return await perform(target, task);
      if (kind === 'sdk' && integration.prefix === 'states')
        return await callSfn(call, pascal(action), task.arguments as Fields);
      if (kind === 'sdk') return await call(integration.prefix, pascal(action), task.arguments);
      const Payload = JSON.stringify(task.arguments);
      return readPayload(await call('lambda', 'Invoke', { FunctionName: task.resource, Payload }));
    } catch (thrown) {
      throw nameFailure(integration, thrown);
    }
  };
  return { invoke, cancel: children.cancel };
};
