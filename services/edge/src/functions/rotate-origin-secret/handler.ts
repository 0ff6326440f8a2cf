import { setTimeout as pause } from 'node:timers/promises';
import { logger } from '@emporium/functions';
import type { Context } from 'aws-lambda';
import { resources } from '../../../resources.ts';
import { distribution } from '../../distribution.ts';
import { originSecret } from '../../origin-secret.ts';
import { type RotationEvent, steps } from '../../rotation.ts';

export const createHandler =
  ({
    secret = () => originSecret(resources.OriginSecret.arn),
    edge = () => distribution(resources.Distribution.id),
    wait = (ms: number): Promise<void> => pause(ms),
  } = {}) =>
  async ({ Step, ClientRequestToken }: RotationEvent, context: Context): Promise<void> => {
    const step = Object.hasOwn(steps, Step) ? steps[Step] : undefined;
    if (step === undefined) throw new Error(`"${Step}" is no step of a rotation`);
    logger.addContext(context);
    logger.info('Rotating the origin secret', { step: Step });
    await step(ClientRequestToken, {
      secret: secret(),
      distribution: edge(),
      wait,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
  };

export const handler = createHandler();
