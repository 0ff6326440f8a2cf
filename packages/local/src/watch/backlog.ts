/** Functions whose new code has still to be bundled. */
export interface Backlog {
  /** What an invocation of the function has to wait for, so that it runs the new code. */
  wait(functionName: string): Promise<void> | undefined;
  /** From now on invocations of these wait. `hurry` is called for each that somebody waits for, once. */
  add(functionNames: readonly string[], hurry: (functionName: string) => void): void;
  /** Those of the functions that are in here and that nobody waits for. */
  unwanted(functionNames: readonly string[]): string[];
  /** They have their code, or keep the old one: nobody waits for them any longer. */
  settle(functionNames: readonly string[]): void;
  settleAll(): void;
}

interface Entry {
  readonly done: PromiseWithResolvers<void>;
  readonly hurry: (functionName: string) => void;
  isWanted: boolean;
}

export const createBacklog = (): Backlog => {
  const stale = new Map<string, Entry>();

  const want = (name: string, entry: Entry): void => {
    if (!entry.isWanted) entry.hurry(name);
    entry.isWanted = true;
  };
  const settle = (names: Iterable<string>): void => {
    for (const name of names) {
      stale.get(name)?.done.resolve();
      stale.delete(name);
    }
  };
  return {
    wait: (name) => {
      const entry = stale.get(name);
      if (entry !== undefined) want(name, entry);
      return entry?.done.promise;
    },
    add: (names, hurry) => {
      for (const name of names) {
        const before = stale.get(name);
        const entry: Entry = { done: before?.done ?? Promise.withResolvers(), hurry, isWanted: false };
        stale.set(name, entry);
        if (before?.isWanted) want(name, entry);
      }
    },
    unwanted: (names) => names.filter((name) => stale.get(name)?.isWanted === false),
    settle,
    settleAll: () => settle([...stale.keys()]),
  };
};
