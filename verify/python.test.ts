import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pythonTools } from './python.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'python-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A program that is asked what Python is asked, and says in `calls` what it was asked to do. */
const fakePython = (name: string, version: string, pip = 'true'): string => {
  const file = join(root, name);
  const script = `#!/bin/sh
case "$1 $2" in
  "-c "*) echo ${version} ;;
  "-m venv") echo venv >> ${root}/calls; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip") echo pip "$@" >> ${root}/calls; ${pip} ;;
esac
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return file;
};

const install = (candidates: readonly string[], text = 'cfn-lint==1.0.0\n') => {
  const requirements = join(root, 'cfn-lint.txt');
  writeFileSync(requirements, text);
  const signal = new AbortController().signal;
  return pythonTools({ root, requirements, signal, candidates, progress: () => {} });
};

const calls = () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');

test('takes the first Python that is new enough, and installs once for the same requirements', async () => {
  const candidates = [join(root, 'none'), fakePython('old', '3.9.18'), fakePython('new', '3.10.2')];

  const bin = await install(candidates);
  expect(await install(candidates)).toBe(bin);

  expect(existsSync(join(bin, 'python'))).toBe(true);
  expect(calls()).toEqual(['venv', expect.stringMatching(/^pip .*--requirement .*cfn-lint\.txt$/)]);
  expect(await install(candidates, 'cfn-lint==1.0.1\n')).not.toBe(bin);
  expect(calls()).toHaveLength(4);
});

test('says what it needs where there is none', async () => {
  await expect(install([join(root, 'none'), fakePython('old', '3.9.18')])).rejects.toThrow(
    /^This needs Python 3\.10 or newer.*PYTHON/,
  );
});

test('an installation that failed is told with what pip said, and begun again', async () => {
  await expect(install([fakePython('python', '3.12.0', 'echo no such version >&2; exit 1')])).rejects.toThrow(
    /^Installing .*cfn-lint\.txt failed:\nno such version$/,
  );

  await install([fakePython('python', '3.12.0')]);
  expect(calls().filter((call) => call === 'venv')).toHaveLength(2);
});
