import type { Caller, Cloud } from './cloud.ts';
import { StartError } from './start-error.ts';

interface Mapping {
  readonly FunctionName: string;
  readonly EventSourceArn: string;
  readonly Enabled?: boolean;
}

export interface EventSource<M> {
  /** The mapping's own, the same from start to start. */
  readonly id: string;
  readonly mapping: M;
  /** Lambda polls with the function's own role, so a function that may not consume gets nothing. */
  readonly caller: Caller;
  /** The function's name. */
  readonly functionName: string;
}

/**
 * The enabled event source mappings of one service (`sqs`, `dynamodb`), each with the role of the function it feeds.
 * `problem` says what Lambda would refuse in a mapping.
 *
 * @throws StartError where Lambda would not create a mapping.
 */
export const eventSources = <M extends Mapping>(
  cloud: Cloud,
  service: string,
  problem: (mapping: M) => string | undefined,
): readonly EventSource<M>[] => {
  const functions = cloud.ofType<{ Role: string }>('AWS::Lambda::Function');
  return cloud
    .ofType<M>('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.EventSourceArn.split(':')[2] === service)
    .filter(({ properties }) => properties.Enabled !== false)
    .flatMap(({ ref: id, properties: mapping, service: owner, logicalId }) => {
      const wrong = problem(mapping);
      if (wrong !== undefined) throw new StartError(`The event source ${logicalId} of ${owner}: ${wrong}`);
      const consumer = functions.find(({ ref, arn }) => [ref, arn].includes(mapping.FunctionName));
      if (consumer !== undefined) {
        const { Role: roleArn } = consumer.properties;
        const caller = { kind: 'role', roleArn, name: consumer.ref } as const;
        return [{ id, mapping, caller, functionName: consumer.ref }];
      }
      cloud.log.error(owner, `an event source names ${mapping.FunctionName}, a function of no template`);
      return [];
    });
};

/** What is wrong with a number of a mapping, if anything. */
export const outOfRange = (
  name: string,
  value: number | undefined,
  minimum: number,
  maximum: number,
): string | undefined =>
  value === undefined || (Number.isInteger(value) && value >= minimum && value <= maximum)
    ? undefined
    : `${name} has to be a whole number from ${minimum} to ${maximum}, not ${value}`;
