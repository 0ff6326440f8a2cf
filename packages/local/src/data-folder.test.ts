import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { lockDataFolder } from './data-folder.ts';

const folder = () => join(mkdtempSync(join(tmpdir(), 'lock-')), 'data');

test('makes the folder, holds it against a second owner, and releases it', async () => {
  const dataFolder = folder();
  const release = await lockDataFolder(dataFolder);
  await expect(lockDataFolder(dataFolder)).rejects.toThrow(
    `The data folder ${dataFolder} is in use by another instance (process ${process.pid}): stop it, or choose another folder`,
  );
  release();
  (await lockDataFolder(dataFolder))();
  expect(existsSync(join(dataFolder, 'lock'))).toBe(false);
});

test('takes over the lock of a process that is gone, even where its number is in use again', async () => {
  const dataFolder = folder();
  (await lockDataFolder(dataFolder))();
  for (const holder of ['4194305 123', `${process.pid} 1`, 'nonsense', '']) {
    writeFileSync(join(dataFolder, 'lock'), holder);
    (await lockDataFolder(dataFolder))();
  }
});

test('of many that want a folder at once, one gets it, and only its owner releases it', async () => {
  const dataFolder = folder();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataFolder(dataFolder)));
  const [release, ...others] = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(others).toEqual([]);
  writeFileSync(join(dataFolder, 'lock'), '1 1');
  release?.();
  expect(readdirSync(dataFolder)).toEqual(['lock']);
});

test('a folder that can not be made is one clear line', async () => {
  await expect(lockDataFolder('/dev/null/data')).rejects.toThrow(
    /^Cannot write to the data folder \/dev\/null\/data: ENOTDIR/,
  );
});
