// Run by store.test.ts under a limit on the size of files: writes until that fails, and again once the limit is lifted.
import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { openStores } from '../store.ts';
import { recordingLog } from '../test-cloud.ts';

const log = recordingLog();
const stores = openStores(process.argv[2] ?? '', log);
const store = stores.open('s');
const say = (line: string) => writeSync(1, `${line}\n`);

let written = 0;
const write = (): unknown => {
  try {
    store.put(`${written}`.padStart(6, '0'), 'x'.repeat(2000));
    written += 1;
    return undefined;
  } catch (error) {
    return error;
  }
};
let failure = write();
while (failure === undefined) failure = write();
write();
say(`${written} ${JSON.stringify(failure)}`);
while (write() !== undefined) await setTimeout(10);
say(`${written} ${JSON.stringify(log.lines)}`);
// Not closed, as if killed.
process.kill(process.pid, 'SIGKILL');
