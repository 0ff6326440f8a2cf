/** One function's workers, as the fleet sees them. */
export interface Member {
  size(): number;
  /** Since when its longest idle worker has had nothing to do, by `performance.now()`. */
  idleSince(): number | undefined;
  endOldestIdle(): void;
}

/** All workers of all functions: they share one machine's memory. */
export interface Fleet {
  /** Gives what leaves again. */
  join(member: Member): () => void;
  /** Whether a function may have one more worker. In a full fleet an idle worker of another function ends for it; a function's first worker comes in any case. */
  makeRoom(member: Member): boolean;
}

/** A worker with a bundled function takes about 23 MB, so that 28 leave a part of 1 GiB free to work in. */
const MAX_WORKERS = 28;

/** A worker that was busy just now is likely to be needed again soon, and a start costs a quarter of a second of a core. */
const IDLE_MS = { further: 1_000, only: 30_000 };

export const createFleet = (maxWorkers = MAX_WORKERS): Fleet => {
  const members = new Set<Member>();
  const spare = (member: Member) => {
    const idle = performance.now() - (member.idleSince() ?? Number.POSITIVE_INFINITY);
    return idle > (member.size() > 1 ? IDLE_MS.further : IDLE_MS.only);
  };
  return {
    join: (member) => {
      members.add(member);
      return () => members.delete(member);
    },
    makeRoom: (member) => {
      const workers = [...members].reduce((sum, each) => sum + each.size(), 0);
      if (workers < maxWorkers) return true;
      const [ended] = [...members]
        .filter(spare)
        .sort((a, b) => b.size() - a.size() || (a.idleSince() ?? 0) - (b.idleSince() ?? 0));
      ended?.endOldestIdle();
      return ended !== undefined || member.size() === 0;
    },
  };
};
