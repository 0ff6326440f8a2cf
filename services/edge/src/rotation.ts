import { randomBytes } from 'node:crypto';
import type { Distribution } from './distribution.ts';
import type { OriginSecret } from './origin-secret.ts';

/** A function that meets an unknown value asks for the secret again, but not twice within ten seconds (packages/functions): and some to spare. */
const READERS_PAUSE_MS = 15_000;
/** CloudFront takes minutes. */
const ASK_AGAIN_MS = 5_000;

interface RotationSurroundings {
  readonly secret: OriginSecret;
  readonly distribution: Distribution;
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds until the function is ended from outside. */
  readonly remainingMs: () => number;
}

/** What Secrets Manager invokes a rotation function with, four times, the step being another each time. */
export interface RotationEvent {
  readonly Step: string;
  /** The new version's id. */
  readonly ClientRequestToken: string;
}

type Step = (token: string, surroundings: RotationSurroundings) => Promise<void>;

/**
 * The steps of a rotation. The APIs take the value AWSCURRENT and the one before it; CloudFront sends one of the
 * two at any time. So before a value falls out, CloudFront must have stopped to send it everywhere; and before
 * CloudFront sends a new one, every API must be able to know it. Each step may be repeated, and begun anew.
 */
export const steps: Readonly<Record<string, Step>> = {
  createSecret: async (token, { secret }) => {
    if ((await secret.read({ VersionId: token })) !== undefined) return;
    await secret.propose(token, randomBytes(32).toString('base64url'));
  },

  /** Mends what a rotation left that ended in the middle: CloudFront may still send the value before the current one. */
  setSecret: async (token, { secret, distribution }) => {
    const current = await currentOf(secret);
    if (current.id !== token) await distribution.send(current.value);
  },

  /** The value before the current one, which is about to fall out, is sent from nowhere any more. */
  testSecret: async (token, surroundings) => {
    const { secret, distribution } = surroundings;
    const current = await currentOf(secret);
    if (current.id === token) return;
    if ((await secret.read({ VersionId: token })) === undefined) throw new Error(`Version ${token} is empty`);
    await until(surroundings, async () => {
      const { values, isDeployed } = await distribution.sends();
      if (values.length !== 1 || values[0] !== current.value) {
        throw new Error('The distribution sends another value than the current one');
      }
      return isDeployed;
    });
  },

  finishSecret: async (token, surroundings) => {
    const { secret, distribution, wait } = surroundings;
    const current = await currentOf(secret);
    if (current.id !== token) await secret.promote(token, current.id);
    await until(surroundings, secret.isReplicated);
    await wait(READERS_PAUSE_MS);
    const { value } = await currentOf(secret);
    await distribution.send(value);
  },
};

const currentOf = async (secret: OriginSecret) => {
  const current = await secret.read({ VersionStage: 'AWSCURRENT' });
  if (current === undefined) throw new Error('The secret has no current value');
  return current;
};

/** Asks until it is so. Fails while there is time to say why: then Secrets Manager begins anew. */
const until = async (
  { wait, remainingMs }: RotationSurroundings,
  isSo: () => Promise<boolean>,
): Promise<void> => {
  while (!(await isSo())) {
    if (remainingMs() < 2 * ASK_AGAIN_MS)
      throw new Error('CloudFront or Secrets Manager is not done in time');
    await wait(ASK_AGAIN_MS);
  }
};
