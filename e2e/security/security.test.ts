import { afterAll, beforeAll, describe } from '@jest/globals';
import { accessTests } from './access.ts';
import { injectionTests } from './injection.ts';
import { ownerTests } from './owners.ts';
import { type Secured, startSecured, stopSecured } from './support/secured.ts';
import { tokenTests } from './tokens.ts';
import { wireTests } from './wire.ts';

// One shop for all themes, each in a file of its own: `npm test -- e2e/security -t tokens` runs one of them.

let running: Secured | undefined;
const shop = (): Secured => running as Secured;

beforeAll(async () => {
  running = await startSecured();
}, 300_000);

afterAll(() => stopSecured(running));

describe('access', () => accessTests(shop));
describe('tokens', () => tokenTests(shop));
describe('owners', () => ownerTests(shop));
describe('wire', () => wireTests(shop));
describe('injection', () => injectionTests(shop));
