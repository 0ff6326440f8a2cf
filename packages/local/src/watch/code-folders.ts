import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** The folders that functions were bundled into since the start. */
export interface CodeFolders {
  /** A folder that is not used yet. */
  next(): string;
  /** Those functions run the code of this folder from now on, and of no other. */
  use(folder: string, functionNames: readonly string[]): void;
  /** Removes what no function has run since the last time: a worker that was just loading such code has long done so. */
  sweep(): void;
  /** No function runs any of it. */
  forget(): void;
}

export const createCodeFolders = (base: string): CodeFolders => {
  rmSync(base, { recursive: true, force: true });
  const inUse = new Map<string, string>();
  let made = 0;
  let kept: string[] = [];
  let unused: string[] = [];
  return {
    next: () => join(base, String(++made)),
    use: (folder, functionNames) => {
      for (const name of functionNames) inUse.set(name, folder);
      kept.push(folder);
    },
    sweep: () => {
      for (const old of unused) rmSync(old, { recursive: true, force: true });
      const folders = new Set(inUse.values());
      unused = kept.filter((each) => !folders.has(each));
      kept = kept.filter((each) => folders.has(each));
    },
    forget: () => inUse.clear(),
  };
};
