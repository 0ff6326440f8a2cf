import { expect, test } from '@jest/globals';
import { AwsError } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { explain } from './explain.ts';

const bug = new TypeError('a bug');

test.each([
  [new StartError('Port 1 is in use'), 'Port 1 is in use'],
  [
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
    'ENOSPC: no space left on device, write. Make room on the disk and start again',
  ],
  [
    new AwsError('InternalFailure', 'The local cloud cannot write to cloud.db: disk I/O error', 500),
    'The local cloud cannot write to cloud.db: disk I/O error. Start again once it can',
  ],
  [bug, bug],
])('%s', (error, printed) => {
  expect(explain(error)).toBe(printed);
});
