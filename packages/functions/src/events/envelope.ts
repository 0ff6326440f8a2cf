import type { EventContract, EventData } from '@emporium/contracts';
import * as v from 'valibot';
import { describeErrors, validate } from '../validation.ts';

/** An event that has arrived: `name` tells the type of `data`. */
export type ReceivedEvent<Contract extends EventContract> =
  Contract extends EventContract<infer Name>
    ? {
        readonly name: Name;
        /** The same when an event is delivered twice. */
        readonly id: string;
        /** ISO 8601, UTC. */
        readonly occurredAt: string;
        readonly correlationId: string;
        readonly data: EventData<Contract>;
      }
    : never;

/** What EventBridge puts into a queue. */
const Envelope = v.object({
  source: v.string(),
  'detail-type': v.string(),
  detail: v.object({
    metadata: v.object({ id: v.string(), occurredAt: v.string(), correlationId: v.string() }),
    data: v.unknown(),
  }),
});

/** A message that is no event this function can take. Trying again doesn't help, so it ends in the dead-letter queue. */
class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** Reads a queue message's body. */
export const readEvent = <Contract extends EventContract>(
  contracts: readonly Contract[],
  body: string,
): ReceivedEvent<Contract> => {
  const envelope = validate(Envelope, parse(body));
  if ('errors' in envelope) throw new UnreadableEvent(`No event: ${describeErrors(envelope.errors)}`);
  const { source, 'detail-type': name, detail } = envelope.value;
  const contract = contracts.find((each) => each.name === name && `emporium.${each.context}` === source);
  if (!contract)
    throw new UnreadableEvent(`${source}/${name} is none of the events that this function takes`);
  const data = validate(contract.schema, detail.data);
  if ('errors' in data) throw new UnreadableEvent(`${name}: ${describeErrors(data.errors)}`);
  return { name, ...detail.metadata, data: data.value } as ReceivedEvent<Contract>;
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new UnreadableEvent('No event: the message is not JSON');
  }
};
