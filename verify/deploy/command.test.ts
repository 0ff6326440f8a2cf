import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runBounded } from './command.ts';

let folder: string;
let reported: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-'));
  reported = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string, { limitMs = 60_000, signal = new AbortController().signal } = {}) =>
  runBounded(
    { file: 'sh', args: ['-c', script], folder, env: { PATH: process.env.PATH }, limitMs, signal },
    (line) => reported.push(line),
  );

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody has waited for counts as running; not for us.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

test('returns all that was printed', async () => {
  expect(await run('echo one; echo two >&2')).toBe('one\ntwo\n');
  expect(reported).toEqual([]);
});

test('one that fails is told with its last lines, and is not tried again', async () => {
  const failing = run('echo ran >> ran; for i in $(seq 100); do echo line $i; done; exit 3');

  await expect(failing).rejects.toThrow(/exit 3:\n {4}line 76\n[\s\S]* line 100$/);
  expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('ran\n');
});

test('one that hangs is killed with its children, shown, and run once more', async () => {
  const output = await run(
    '[ -e ran ] && echo done && exit; touch ran; sleep 600 & echo $! > child; echo waits; wait',
    {
      limitMs: 1000,
    },
  );

  expect(output).toBe('done\n');
  expect(reported).toEqual(['killed after 1 s, its last lines:\n    waits\nonce more:']);
  expect(isRunning(Number(readFileSync(join(folder, 'child'), 'utf8')))).toBe(false);
});

test('one that hangs twice fails', async () => {
  await expect(run('echo ran >> ran; sleep 600', { limitMs: 300 })).rejects.toThrow(/killed twice/);
  expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('ran\nran\n');
});

test('stops when it is interrupted', async () => {
  const interrupted = new AbortController();
  const running = run('touch begun; sleep 600', { signal: interrupted.signal });
  while (!existsSync(join(folder, 'begun'))) await new Promise((resolve) => setTimeout(resolve, 10));
  interrupted.abort();

  await expect(running).rejects.toThrow(/abort/i);
});
