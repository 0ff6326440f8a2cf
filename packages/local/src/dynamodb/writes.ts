import { EventEmitter } from 'node:events';
import type { Cloud } from '../cloud.ts';

const emitters = new WeakMap<Cloud, EventEmitter>();

const emitterOf = (cloud: Cloud): EventEmitter => {
  const existing = emitters.get(cloud);
  if (existing !== undefined) return existing;
  const emitter = new EventEmitter().setMaxListeners(0);
  emitters.set(cloud, emitter);
  return emitter;
};

/** Tells the stream readers of a table that it has just been written to, so that they need not poll. */
export const announceWrite = (cloud: Cloud, table: string): void => void emitterOf(cloud).emit(table);

/** Gives what ends the listening. */
export const onWrite = (cloud: Cloud, table: string, listener: () => void): (() => void) => {
  emitterOf(cloud).on(table, listener);
  return () => emitterOf(cloud).off(table, listener);
};
