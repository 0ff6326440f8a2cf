import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { createNamespace, destroyNamespace, getNamespace } from './xray-context.ts';

const pause = () => new Promise((resolve) => setImmediate(resolve));

test('what runs side by side has a context of its own, over what was entered for all', async () => {
  const namespace = createNamespace('side-by-side');
  const everywhere = namespace.createContext();
  namespace.enter(everywhere);
  namespace.set('segment', 'outer');
  const inner = (name: string) =>
    namespace.runPromise(async () => {
      expect(namespace.get('segment')).toBe('outer');
      namespace.set('segment', name);
      await pause();
      return namespace.get('segment');
    });

  expect(await Promise.all([inner('one'), inner('two')])).toEqual(['one', 'two']);
  expect(namespace.get('segment')).toBe('outer');
  namespace.exit(everywhere);
  expect(namespace.get('segment')).toBeUndefined();
});

test('a bound function keeps the context that it was bound in', () => {
  const namespace = createNamespace('bound');
  let bound = () => namespace.get('segment');
  namespace.run(() => {
    namespace.set('segment', 'then');
    bound = namespace.bind(bound);
  });
  expect([bound(), namespace.get('segment')]).toEqual(['then', undefined]);
});

test('without a context there is nothing to set', () => {
  const namespace = createNamespace('none');
  expect(() => namespace.set('segment', 1)).toThrow('No context available');
  expect(getNamespace('none')).toBe(namespace);
  destroyNamespace('none');
  expect(getNamespace('none')).toBeUndefined();
});

const PROGRAM = `
import AWSXRay from 'aws-xray-sdk-core';
const pause = () => new Promise((resolve) => setImmediate(resolve));
const root = new AWSXRay.Segment('root');
const nested = (name) => new Promise((resolve) =>
  AWSXRay.captureAsyncFunc(name, async (subsegment) => {
    await pause();
    resolve([AWSXRay.getSegment().name, subsegment.segment.name]);
    subsegment.close();
  }));
await AWSXRay.getNamespace().runPromise(async () => {
  AWSXRay.setSegment(root);
  console.log(JSON.stringify(await Promise.all([nested('a'), nested('b')])));
});
`;

test('the X-Ray SDK finds the current segment in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xray-'));
  const outfile = join(folder, 'program.mjs');
  try {
    buildSync({
      stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      alias: { 'cls-hooked/context': join(import.meta.dirname, 'xray-context.ts') },
      logLevel: 'error',
    });
    const printed = execFileSync(process.execPath, [outfile], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual([
      ['a', 'root'],
      ['b', 'root'],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
