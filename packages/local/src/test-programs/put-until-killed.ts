// Run by s3/s3-kill.test.ts in a process of its own: writes one object after another over the same few keys, says which
// ones were accepted, and ends by kill -9.
import { writeSync } from 'node:fs';
import type { PackagedService } from '../cloudformation/templates.ts';
import { silentLog } from '../log.ts';
import { startLocal } from '../start.ts';

const [service, dataFolder] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  PackagedService,
  string,
];
const { cloud } = await startLocal({ templates: [service], dataFolder, port: 0, log: silentLog });
for (let number = 1; ; number++) {
  const Key = `key-${number % 3}`;
  const Body = Buffer.alloc(200_000, `${number} `);
  for (const Bucket of ['plain', 'versioned'])
    await cloud.call({ kind: 'root' }, 's3', 'PutObject', { Bucket, Key, Body });
  writeSync(1, `${number}\n`);
}
