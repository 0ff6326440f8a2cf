import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface SmallDisk {
  readonly folder: string;
  /** Frees what the disk had in reserve. */
  makeRoom(): void;
  remove(): void;
}

/** A disk of its own that is soon full. To mount one takes root, as in a container. */
export const mountSmallDisk = (megabytes: number): SmallDisk => {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  const reserve = join(folder, 'reserve');
  writeFileSync(reserve, Buffer.alloc((megabytes * 1024 * 1024) / 2));
  return {
    folder,
    makeRoom: () => rmSync(reserve),
    remove: () => {
      // Lazily: a test that has failed may have left a file open.
      execFileSync('/bin/umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true });
    },
  };
};
