import { randomUUID } from 'node:crypto';
import { AwsError } from '../cloud.ts';
import { Interrupted, StateError } from './asl/errors.ts';
import type { Integration } from './services.ts';

/** Codes that AWS's SDKs have no exception for: they become the service's generic one. */
const UNMODELED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InternalFailure',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);

/** Of these services a request that is not valid has an exception of its own. */
const HAVE_VALIDATION = new Set(['states', 'events', 'sns']);

/** The exception's name in the SDKs, where it is not the code on the wire. */
const RENAMED: Readonly<Record<string, string>> = {
  'AWS.SimpleQueueService.NonExistentQueue': 'QueueDoesNotExist',
  NotFound: 'NotFoundException',
};

const isModeled = ({ prefix }: Integration, code: string) =>
  !UNMODELED.has(code) && (code !== 'ValidationException' || HAVE_VALIDATION.has(prefix));

/** Gives what an AWS call failed with its Step Functions name: `DynamoDB.ConditionalCheckFailedException`. */
export const nameFailure = (integration: Integration, thrown: unknown): unknown => {
  if (thrown instanceof StateError || thrown instanceof Interrupted) return thrown;
  const { errors, generic, origin } = integration;
  if (!(thrown instanceof AwsError))
    return new StateError(`${errors}.SdkClientException`, (thrown as Error).message ?? String(thrown));
  const cause = `${thrown.message} ${origin(thrown.status, thrown.code, randomUUID())}`;
  if (!isModeled(integration, thrown.code)) return new StateError(generic, cause);
  const name = RENAMED[thrown.code] ?? thrown.code.split(/[.#]/).at(-1) ?? '';
  return new StateError(`${errors}.${name.endsWith('Exception') ? name : `${name}Exception`}`, cause);
};
