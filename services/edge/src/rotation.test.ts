import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Version } from './origin-secret.ts';
import { steps } from './rotation.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
/** CloudFront takes so long. */
const DEPLOYMENT_MS = 180_000;
/** What is known of the secret elsewhere may be that old. */
const REPLICATION_MS = 4_000;
const READERS_PAUSE_MS = 10_000;

/**
 * The secret and CloudFront as they behave, by a clock of the test's own. `crashAt` ends the call of that number, before
 * or after it had its effect.
 */
const createWorld = () => {
  const world = { now: 0, calls: 0, crashAt: undefined as number | undefined, crashAfter: false };
  const versions = new Map([['v0', 'value-0']]);
  let labels = { current: 'v0', previous: undefined as string | undefined, since: Number.NEGATIVE_INFINITY };
  let sent = [{ value: 'value-0', since: Number.NEGATIVE_INFINITY }];
  const refused: string[] = [];

  /** What all of CloudFront's locations may send now: the last value that reached them all, and those after it. */
  const sending = () => {
    const deployed = sent.findLastIndex(({ since }) => world.now >= since + DEPLOYMENT_MS);
    return sent.slice(Math.max(0, deployed)).map(({ value }) => value);
  };
  /** Fails the test where a location may send what an API refuses. */
  const look = () => {
    const taken = [labels.current, labels.previous].map((id) => id && versions.get(id));
    for (const value of sending()) if (!taken.includes(value)) refused.push(`${value} at ${world.now}`);
  };
  const call = async <T>(work: () => T): Promise<T> => {
    world.calls += 1;
    world.now += 50;
    const crashes = world.calls === world.crashAt;
    if (crashes && !world.crashAfter) throw new Error('crashed');
    const result = work();
    look();
    if (crashes) throw new Error('crashed');
    return result;
  };

  const surroundings = {
    secret: {
      read: (version: Version) =>
        call(() => {
          const id = 'VersionId' in version ? version.VersionId : labels.current;
          const value = versions.get(id);
          return value === undefined ? undefined : { id, value };
        }),
      propose: (token: string, value: string) => call(() => void versions.set(token, value)),
      promote: (token: string, current: string) =>
        call(() => {
          if (current !== labels.current) throw new Error(`AWSCURRENT is not on ${current}`);
          labels = { current: token, previous: current, since: world.now };
        }),
      isReplicated: () => call(() => world.now >= labels.since + REPLICATION_MS),
    },
    distribution: {
      sends: () => call(() => ({ values: [sent.at(-1)?.value ?? ''], isDeployed: sending().length === 1 })),
      send: (value: string) =>
        call(() => {
          if (sent.at(-1)?.value === value) return;
          // Every reader knows what was replicated a pause ago.
          const since = labels.since + REPLICATION_MS + READERS_PAUSE_MS;
          if (versions.get(labels.current) === value && world.now < since)
            refused.push(`${value} is too early`);
          sent = [...sent, { value, since: world.now }];
        }),
    },
    wait: async (ms: number) => {
      world.now += ms;
      look();
    },
    remainingMs: () => 900_000,
  };

  /** As Secrets Manager does it: from the first step again where one fails. */
  const rotate = async (token: string) => {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        for (const step of STEPS) await steps[step]?.(token, surroundings);
        return;
      } catch (error) {
        if ((error as Error).message !== 'crashed') throw error;
      }
    }
  };
  return {
    world,
    refused,
    rotate,
    surroundings,
    state: () => ({ current: versions.get(labels.current), sent: sent.at(-1)?.value, labels }),
  };
};

test('a rotation makes a new value, has CloudFront send it, and refuses nobody meanwhile', async () => {
  const { rotate, state, refused, world } = createWorld();
  for (const token of ['v1', 'v2', 'v3']) {
    await rotate(token);
    expect(state().labels.current).toBe(token);
    expect(state().sent).toBe(state().current);
    world.now += 30 * 86_400_000;
  }
  expect(state().current).toMatch(/^[\w-]{43}$/);
  expect(refused).toEqual([]);
});

test('rotations one right after the other wait for CloudFront', async () => {
  const { rotate, refused, world } = createWorld();
  for (const token of ['v1', 'v2', 'v3']) await rotate(token);
  expect(refused).toEqual([]);
  expect(world.now).toBeGreaterThan(2 * DEPLOYMENT_MS);
});

test('wherever a rotation ends in the middle, nobody is refused, and the next one goes through', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(60), fc.boolean()), { maxLength: 6 }), async (crashes) => {
      const { world, rotate, state, refused } = createWorld();
      for (const [index, [calls, crashAfter]] of crashes.entries()) {
        Object.assign(world, { crashAt: world.calls + 1 + calls, crashAfter });
        await rotate(`v${index + 1}`);
      }
      world.crashAt = undefined;
      await rotate('last');
      expect(state()).toMatchObject({ labels: { current: 'last' }, sent: state().current });
      expect(refused).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

describe('what can’t go on says why', () => {
  test('CloudFront is not done in time', async () => {
    const { surroundings } = createWorld();
    await steps.createSecret?.('v1', surroundings);
    const sends = async () => ({ values: ['value-0'], isDeployed: false });
    const distribution = { ...surroundings.distribution, sends };
    let left = 30_000;
    const impatient = { ...surroundings, distribution, remainingMs: () => (left -= 5_000) };
    await expect(steps.testSecret?.('v1', impatient)).rejects.toThrow('is not done in time');
  });

  test('somebody else changed what is sent', async () => {
    const { surroundings } = createWorld();
    await steps.createSecret?.('v1', surroundings);
    await surroundings.distribution.send('mine');
    await expect(steps.testSecret?.('v1', surroundings)).rejects.toThrow('sends another value');
    await steps.setSecret?.('v1', surroundings);
    expect((await surroundings.distribution.sends()).values).toEqual(['value-0']);
  });

  test('a version that was never proposed', async () => {
    const { surroundings } = createWorld();
    await expect(steps.testSecret?.('v1', surroundings)).rejects.toThrow('Version v1 is empty');
  });
});
