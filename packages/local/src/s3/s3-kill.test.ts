import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { WireAnswer } from '../cloud.ts';
import { startLocal } from '../start.ts';
import { packageForTest, recordingLog } from '../test-cloud.ts';

const shop = packageForTest({
  resources: {
    Plain: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'plain' } },
    Versioned: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: 'versioned', VersioningConfiguration: { Status: 'Enabled' } },
    },
  },
});

test('after kill -9 every object is whole, and none older than was promised', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 's3-killed-'));
  const program = fileURLToPath(new URL('../test-programs/put-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(shop), JSON.stringify(dataFolder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let promised = 0;
  child.stdout.on('data', (lines: Buffer) => {
    promised = Number(lines.toString().trim().split('\n').at(-1));
    if (promised > 20) child.kill('SIGKILL');
  });
  await once(child, 'close');

  const local = await startLocal({ templates: [shop], dataFolder, port: 0, log: recordingLog() });
  const read = async (action: string, input: object) =>
    (await local.cloud.call<WireAnswer>({ kind: 'root' }, 's3', action, input)).body.toString();
  for (const Bucket of ['plain', 'versioned']) {
    for (let number = promised - 2; number <= promised; number++) {
      const found = await read('GetObject', { Bucket, Key: `key-${number % 3}` });
      const written = Number.parseInt(found, 10);
      expect(written).toBeGreaterThanOrEqual(number);
      expect(found).toBe(Buffer.alloc(200_000, `${written} `).toString());
    }
  }
  // A version for each promise at least, each once, and a file for each that is kept.
  const versions =
    (await read('ListObjectVersions', { Bucket: 'versioned' })).match(/<VersionId>[^<]+/g) ?? [];
  expect(versions.length).toBeGreaterThanOrEqual(promised);
  expect(new Set(versions).size).toBe(versions.length);
  expect(readdirSync(join(dataFolder, 's3'))).toHaveLength(versions.length + 3);
  await local.stop();
}, 60_000);
