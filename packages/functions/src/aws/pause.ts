import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 800;

/** Milliseconds to wait after an attempt, counted from 1. Full jitter, so that those who collided don't collide again. */
export const jitteredPause = (attempt: number, random = Math.random): number =>
  random() * Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);

/** Waits after an attempt. */
export type Pause = (attempt: number) => Promise<unknown>;

/** Waits {@link jitteredPause}. */
export const pauseAfter: Pause = (attempt) => sleep(jitteredPause(attempt));
