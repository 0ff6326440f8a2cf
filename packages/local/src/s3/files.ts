import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The contents of objects and parts, a file each. A file counts once something refers to it. */
export interface Files {
  /** Gives the new file's name. */
  write(content: Buffer): Promise<string>;
  /** All of a file, or `length` bytes from `start`. */
  read(file: string, range?: { start: number; length: number }): Promise<Buffer>;
  /** A new file of others, one after another. */
  join(files: readonly string[]): Promise<string>;
  remove(files: readonly (string | undefined)[]): Promise<void>;
}

/** `inUse` says what to keep of what a crash may have left behind. */
export const openFiles = async (folder: string, inUse: ReadonlySet<string>): Promise<Files> => {
  mkdirSync(folder, { recursive: true });
  const path = (file: string) => join(folder, file);
  const remove = async (files: readonly (string | undefined)[]) => {
    await Promise.all(files.map((file) => file && rm(path(file), { force: true })));
  };
  await remove(readdirSync(folder).filter((file) => !inUse.has(file)));
  return {
    remove,
    write: async (content) => {
      const file = randomUUID();
      await writeFile(path(file), content).catch(async (error) => {
        // A full disk shall not be left with half of it.
        await remove([file]);
        throw error;
      });
      return file;
    },
    read: async (file, range) => {
      if (range === undefined) return readFile(path(file));
      const handle = await open(path(file));
      try {
        const { buffer, bytesRead } = await handle.read(
          Buffer.alloc(range.length),
          0,
          range.length,
          range.start,
        );
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    join: async (files) => {
      const joined = randomUUID();
      try {
        for (const file of files)
          await pipeline(createReadStream(path(file)), createWriteStream(path(joined), { flags: 'a' }));
      } catch (error) {
        await remove([joined]);
        throw error;
      }
      return joined;
    },
  };
};
