import { afterAll, beforeAll, describe } from '@jest/globals';
import { accessTests } from './access.ts';
import { answerTests } from './answers.ts';
import { assignmentTests } from './assignment.ts';
import { bodyTests } from './bodies.ts';
import { cursorTests } from './cursors.ts';
import { fuzzTests } from './fuzz.ts';
import { injectionTests } from './injection.ts';
import { logTests } from './logs.ts';
import { ownerTests } from './owners.ts';
import { pathTests } from './paths.ts';
import { signInTests } from './sign-in.ts';
import { isLocal, type Secured, startSecured, stopSecured } from './support/secured.ts';
import { tokenTests } from './tokens.ts';
import { wireTests } from './wire.ts';

// One shop for all themes, each in a file of its own: `npm test -- e2e/security -t tokens` runs one of them.

let running: Secured | undefined;
const shop = (): Secured => running as Secured;

// These need the outbox or the data folder, or would burden a deployed stage, or lock somebody out of it.
const onThisMachine = isLocal ? describe : describe.skip;

beforeAll(async () => {
  running = await startSecured();
}, 300_000);

afterAll(() => stopSecured(running));

describe('access', () => accessTests(shop));
describe('tokens', () => tokenTests(shop));
describe('owners', () => ownerTests(shop));
describe('wire', () => wireTests(shop));
describe('paths', () => pathTests(shop));
describe('bodies', () => bodyTests(shop));
describe('assignment', () => assignmentTests(shop));
describe('cursors', () => cursorTests(shop));
onThisMachine('sign-in', () => signInTests(shop));
describe('answers', () => answerTests(shop));
onThisMachine('fuzz', () => fuzzTests(shop));
onThisMachine('log', () => logTests(shop));
describe('injection', () => injectionTests(shop));
