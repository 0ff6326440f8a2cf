/** Functions whose new code has still to be bundled. */
export interface Backlog {
  /** What an invocation of the function has to wait for, so that it runs the new code. It moves to the front by that. */
  wait(functionName: string): Promise<void> | undefined;
  add(functionNames: readonly string[]): void;
  /** Those that somebody waits for, or else the ones that have been here for longest; up to so many. */
  next(atMost: number): readonly string[];
  /** They have their code, or keep the old one: nobody waits for them any longer. */
  settle(functionNames: readonly string[]): void;
}

export const createBacklog = (): Backlog => {
  const stale = new Map<string, PromiseWithResolvers<void>>();
  const wanted = new Set<string>();
  return {
    wait: (name) => {
      const entry = stale.get(name);
      if (entry !== undefined) wanted.add(name);
      return entry?.promise;
    },
    add: (names) => {
      for (const name of names) if (!stale.has(name)) stale.set(name, Promise.withResolvers());
    },
    next: (atMost) => [...(wanted.size > 0 ? wanted : stale.keys())].slice(0, atMost),
    settle: (names) => {
      for (const name of names) {
        stale.get(name)?.resolve();
        stale.delete(name);
        wanted.delete(name);
      }
    },
  };
};
