import type { Caller, Cloud } from './cloud.ts';

interface Mapping {
  readonly FunctionName: string;
  readonly EventSourceArn: string;
  readonly Enabled?: boolean;
}

/** The enabled event source mappings of one service (`sqs`, `dynamodb`), each with the role of the function it feeds. */
export const eventSources = <M extends Mapping>(
  cloud: Cloud,
  service: string,
): readonly { readonly id: string; readonly mapping: M; readonly caller: Caller }[] => {
  const functions = cloud.ofType<{ Role: string }>('AWS::Lambda::Function');
  return cloud
    .ofType<M>('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.EventSourceArn.split(':')[2] === service)
    .filter(({ properties }) => properties.Enabled !== false)
    .flatMap(({ ref: id, properties: mapping, service: owner }) => {
      const consumer = functions.find(({ ref, arn }) => [ref, arn].includes(mapping.FunctionName));
      if (consumer !== undefined) {
        // Lambda polls with the function's own role, so a function that may not consume gets nothing.
        const { Role: roleArn } = consumer.properties;
        return [{ id, mapping, caller: { kind: 'role', roleArn, name: consumer.ref } as const }];
      }
      cloud.log.error(owner, `an event source names ${mapping.FunctionName}, a function of no template`);
      return [];
    });
};
