import { expect, test } from '@jest/globals';
import { createFleet, type Member } from './fleet.ts';

const member = (size: number, idleMs?: number): Member & { readonly ended: number } => {
  let ended = 0;
  return {
    size: () => size - ended,
    idleSince: () => (idleMs === undefined ? undefined : performance.now() - idleMs),
    endOldestIdle: () => {
      ended += 1;
    },
    get ended() {
      return ended;
    },
  };
};

const fleetOf = (maxWorkers: number, ...members: Member[]) => {
  const fleet = createFleet(maxWorkers);
  for (const each of members) fleet.join(each);
  return fleet;
};

test('a fleet that is not full ends nobody', () => {
  const idle = member(1, 60_000);
  expect(fleetOf(2, idle).makeRoom(member(1))).toBe(true);
  expect(idle.ended).toBe(0);
});

test('in a full fleet the spare worker of a function that has several goes first', () => {
  const only = member(1, 60_000);
  const several = member(2, 2_000);
  expect(fleetOf(3, only, several).makeRoom(member(1))).toBe(true);
  expect([only.ended, several.ended]).toEqual([0, 1]);
});

test('workers that were busy just now are kept: no further worker then, but always a first', () => {
  const recent = member(2, 500);
  const recentOnly = member(1, 2_000);
  const fleet = fleetOf(3, recent, recentOnly);
  expect([fleet.makeRoom(member(1)), fleet.makeRoom(member(0))]).toEqual([false, true]);
  expect([recent.ended, recentOnly.ended]).toEqual([0, 0]);
});
