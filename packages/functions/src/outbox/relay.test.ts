import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ProductRetired } from '@emporium/contracts';
import { captureLogs, lambdaContext, type StreamedItem, streamEvent } from '@emporium/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { logger } from '../observability.ts';
import { chunk } from './chunk.ts';
import { outboxEntry } from './entry.ts';
import { outboxRelay } from './relay.ts';

const bus = mockClient(EventBridgeClient);
let logs: ReturnType<typeof captureLogs>;
beforeEach(() => {
  bus.reset();
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  logger.setLogLevel('INFO');
  logs = captureLogs();
});
afterEach(() => logs.stop());

const now = new Date('2026-01-02T03:04:05.678Z');
const entry = (version = 1) =>
  outboxEntry(ProductRetired, { sku: 'MUG', version }, { correlationId: 'c-1', now });
const entries = (count: number): StreamedItem[] =>
  Array.from({ length: count }, (_, index) => ({ item: entry(index + 1) }));

/** The sequence number from which Lambda has to go on. */
const relay = async (changes: readonly StreamedItem[]) => {
  const { batchItemFailures } = await outboxRelay('bus-1')(
    streamEvent(changes),
    lambdaContext('relayOutbox'),
  );
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const sent = () => bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);
const versions = () => sent().map((call) => call.map(({ Detail }) => JSON.parse(Detail ?? '').data.version));

describe('an outbox entry', () => {
  test('is a complete item', () => {
    const item = entry();
    const { id } = item.event.detail.metadata;
    expect(id).toMatch(/^evt_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(item).toEqual({
      pk: `OUTBOX#${id}`,
      sk: 'OUTBOX',
      kind: 'outbox',
      event: {
        source: 'emporium.catalog',
        detailType: 'ProductRetired',
        detail: {
          metadata: { id, occurredAt: now.toISOString(), correlationId: 'c-1' },
          data: { sku: 'MUG', version: 1 },
        },
      },
      expiresAt: 1_767_927_845,
    });
  });

  test('can’t be made with data that breaks the contract', () => {
    expect(() => outboxEntry(ProductRetired, { sku: 'mug', version: 0 }, { correlationId: 'c' })).toThrow(
      /ProductRetired can't be published: sku: must be .*; version: /,
    );
  });
});

describe('the relay', () => {
  test('publishes as the contract says', async () => {
    const { event } = entry();
    expect(await relay([{ item: entry() }])).toEqual([]);
    expect(sent()).toEqual([
      [
        {
          EventBusName: 'bus-1',
          Source: 'emporium.catalog',
          DetailType: 'ProductRetired',
          Detail: expect.stringContaining(JSON.stringify(event.detail.data)),
          Time: now,
        },
      ],
    ]);
  });

  test('sends ten a call, in order', async () => {
    expect(await relay(entries(23))).toEqual([]);
    expect(versions().map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(versions().flat()).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
  });

  test('goes on from the first event that the bus refused, and sends nothing behind it', async () => {
    const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' };
    bus.on(PutEventsCommand).resolvesOnce({
      FailedEntryCount: 2,
      Entries: Array.from({ length: 10 }, (_, index) =>
        [4, 7].includes(index) ? refused : { EventId: 'x' },
      ),
    });
    expect(await relay(entries(20))).toEqual(['104']);
    expect(sent()).toHaveLength(1);
    expect(logs.lines).toContainEqual(
      expect.objectContaining({ level: 'ERROR', correlationId: 'c-1', ...refused, failedEntryCount: 2 }),
    );
  });

  test('takes none as sent where the bus counts a failure but doesn’t say which', async () => {
    bus.on(PutEventsCommand).resolvesOnce({ FailedEntryCount: 1 });
    expect(await relay(entries(3))).toEqual(['100']);
  });

  test('goes on from the call that didn’t get through', async () => {
    bus.on(PutEventsCommand).resolvesOnce({ FailedEntryCount: 0 }).rejectsOnce(new Error('timed out'));
    expect(await relay(entries(15))).toEqual(['110']);
  });

  test('passes over what is no new outbox entry', async () => {
    const item = entry();
    expect(
      await relay([
        { item: { pk: 'PRODUCT#MUG', sk: 'PRODUCT', kind: 'product' } },
        { item, eventName: 'REMOVE' },
        { item, eventName: 'MODIFY' },
      ]),
    ).toEqual([]);
    expect(sent()).toEqual([]);
  });

  test('sends what stands before an entry that it can’t read, and fails there', async () => {
    const broken = { item: { pk: 'OUTBOX#x', sk: 'OUTBOX', kind: 'outbox', event: { source: 'x' } } };
    expect(await relay([...entries(2), broken, ...entries(2)])).toEqual(['102']);
    expect(versions()).toEqual([[1, 2]]);
    expect(logs.lines).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        sequenceNumber: '102',
        message: 'Outbox entry is unreadable',
      }),
    );
  });

  test('names the link that is missing', async () => {
    const call = outboxRelay()(streamEvent(entries(1)), lambdaContext());
    await expect(call).rejects.toThrow('platform.EventBus is not linked');
  });

  test('loses nothing: what isn’t reported was accepted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), async (accepts) => {
        const accepted = new Set<number>();
        bus.on(PutEventsCommand).callsFake(({ Entries }) => {
          const answers = Entries.map(({ Detail }: { Detail: string }) => {
            const { version } = JSON.parse(Detail).data;
            if (!accepts[version - 1]) return { ErrorCode: 'InternalFailure' };
            accepted.add(version);
            return { EventId: 'x' };
          });
          return {
            FailedEntryCount: answers.filter((each: object) => 'ErrorCode' in each).length,
            Entries: answers,
          };
        });
        const [failed] = await relay(entries(accepts.length));
        const firstRefused = accepts.indexOf(false);
        expect(failed).toBe(firstRefused < 0 ? undefined : String(100 + firstRefused));
        const before = firstRefused < 0 ? accepts.length : firstRefused;
        for (let version = 1; version <= before; version++) expect(accepted).toContain(version);
      }),
      { numRuns: 50 },
    );
  });
});

test('calls keep to what PutEvents takes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300 * 1024), { maxLength: 40 }), (sizes) => {
      const texts = sizes.map((size) => 'x'.repeat(size));
      const chunks = chunk(texts, (text) => text);
      expect(chunks.flat()).toEqual(texts);
      for (const each of chunks) {
        expect(each.length).toBeGreaterThan(0);
        expect(each.length).toBeLessThanOrEqual(10);
        const bytes = each.reduce((sum, { length }) => sum + length, 0);
        if (each.length > 1) expect(bytes).toBeLessThanOrEqual(256 * 1024);
      }
    }),
    { numRuns: 30 },
  );
});
