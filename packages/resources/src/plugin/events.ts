import { ConfigurationError } from '../errors.ts';
import type { Address } from '../naming.ts';
import type { Stage, Value } from '../template.ts';
import type { Contexts } from './contexts.ts';
import { findEvent } from './contracts.ts';
import type { FunctionConfig } from './serverless.ts';
import { streamReader } from './streams.ts';
import { type EventSource, subscription } from './subscriptions.ts';

export interface EventOptions {
  readonly address: Address;
  readonly config: FunctionConfig;
  /** The ARN by which the function is invoked. */
  readonly invoked: Value;
  readonly timeout: number;
  readonly contexts: Contexts;
  readonly stage: Stage;
  /** Starts the message of an error. */
  readonly where: string;
}

/** What the plugin's own events of one function come to. */
export const eventSources = async (options: EventOptions): Promise<EventSource[]> => {
  const { address, config, invoked, timeout, stage, where } = options;
  const sources = (config.events ?? []).map(async ({ subscribe, outbox, changes, invalidate }) => {
    if (subscribe !== undefined) {
      const events = subscribe.map((reference) =>
        findEvent(reference, address.context, `${where}, subscribe`),
      );
      return subscription({ subscriber: address, events, invoked, timeout, stage: stage.stage });
    }
    if (outbox !== undefined)
      return stream(options, { table: outbox, kinds: ['outbox'], events: ['INSERT'] });
    if (invalidate !== undefined) return stream(options, { events: ['INSERT', 'MODIFY'], ...invalidate });
    if (changes === undefined) return undefined;
    const { table, kind, events = ['INSERT', 'MODIFY'] } = changes;
    return stream(options, { table, kinds: [kind], events });
  });
  const found = (await Promise.all(sources)).filter((source) => source !== undefined);
  if (found.length > 1) {
    throw new ConfigurationError(
      `${where} has more than one of "subscribe", "outbox", "changes" and "invalidate": give each a function`,
    );
  }
  return found;
};

interface Changes {
  readonly table: string;
  readonly kinds: readonly string[];
  readonly events: readonly string[];
}

const stream = async (
  { address, invoked, contexts, stage, where }: EventOptions,
  changes: Changes,
): Promise<EventSource> => {
  const { name, definition, own } = await contexts.find(changes.table, where);
  if (!own || definition.kind !== 'table' || definition.stream !== true) {
    throw new ConfigurationError(
      `${where}: ${changes.table} is not a table of this context with "stream: true"`,
    );
  }
  return streamReader({ ...changes, reader: address, table: name, invoked, stage: stage.stage });
};
