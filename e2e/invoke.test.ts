import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { asAdmin, decided } from './support/client.ts';
import { cleanUp, startShop, temporaryFolder } from './support/shop.ts';
import { packagedServices } from './support/templates.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = join(root, 'node_modules/.bin');

// About the sources on this machine; a deployed stage has no counterpart.
const onThisMachine = process.env.BASE_URL ? describe.skip : describe;

/** Far above the two seconds or so that the framework takes: whatever gets there hangs. */
const HANGS_AFTER_MS = 60_000;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in an environment of nothing but what is given: no AWS credentials, whatever this machine has. */
const run = (file: string, args: string[], cwd: string, variables: Record<string, string>): Promise<Ran> => {
  const env = { PATH: `${programs}:${process.env.PATH}`, ...variables };
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: HANGS_AFTER_MS });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (text) => (output[name] += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...output })));
};

let home: string;
beforeAll(async () => {
  home = await temporaryFolder();
});
afterAll(cleanUp);

/** What the framework printed last: the function's answer. Log lines, one a line, may come before. */
const answerIn = (stdout: string) => {
  try {
    return JSON.parse(stdout.slice(stdout.search(/^[{[]\n/m)));
  } catch {
    return undefined;
  }
};

onThisMachine('sls invoke local', () => {
  interface Sample {
    readonly service: string;
    readonly folder: string;
    readonly key: string;
    readonly event: string;
  }

  /** The functions of each service, with the sample events beside their handlers. */
  const samples = async (): Promise<Sample[][]> =>
    // Packages first, where something has changed: the framework has one working folder a service.
    (await packagedServices()).map(({ service, folder }) => {
      const definition = parse(readFileSync(join(folder, 'serverless.yml'), 'utf8'), { logLevel: 'silent' });
      return Object.entries<{ handler: string }>(definition.functions ?? {}).map(([key, { handler }]) => ({
        service,
        folder,
        key,
        event: join(dirname(handler), 'event.json'),
      }));
    });

  const invoke = ({ folder, key, event }: Sample) =>
    run('sls', ['invoke', 'local', '--function', key, '--path', event], folder, { HOME: home });

  /** What is wrong with a run; nothing, where the function took its sample event and got as far as its first call to AWS. */
  const faultOf = ({ code, stdout, stderr }: Ran): string | undefined => {
    const answer = answerIn(stdout);
    if (code === null) return `did not end by itself: ${stdout}${stderr}`;
    if (answer === undefined) return `no JSON answer: ${stdout}${stderr}`;
    if ('statusCode' in answer && (answer.statusCode >= 500 || answer.statusCode < 300)) return undefined;
    if (Array.isArray(answer.batchItemFailures) && !stderr.includes('Unreadable message')) return undefined;
    // `errorType` is of no use: the framework takes it from the class, whose name the bundler has shortened.
    if (answer.stackTrace && !answer.stackTrace[0].startsWith('InvalidTaskInput')) return undefined;
    return `does not take its sample event: ${stdout}${stderr}`;
  };

  test('runs every function from its service’s folder, and ends without AWS credentials', async () => {
    const waiting = (await samples()).filter((functions) => functions.length > 0);
    const all = waiting.flat();
    const faults: string[] = [];
    const lane = async () => {
      for (let functions = waiting.shift(); functions !== undefined; functions = waiting.shift()) {
        for (const sample of functions) {
          const name = `${sample.service}.${sample.key}`;
          const isThere = existsSync(join(sample.folder, sample.event));
          const fault = isThere ? faultOf(await invoke(sample)) : `has no ${sample.event}`;
          if (fault !== undefined) faults.push(`${name} ${fault}`);
        }
      }
    };

    await Promise.all([lane(), lane()]);

    expect(faults).toEqual([]);
    expect(all.length).toBeGreaterThan(40);
  }, 1_200_000);
});

onThisMachine('npm run invoke', () => {
  test('places an order in a shop that runs', async () => {
    const shop = await startShop();
    const { code, stdout, stderr } = await run(
      'npm',
      ['run', '--silent', 'invoke', '--', 'orders', 'placeOrder'],
      root,
      {
        HOME: home,
        EMPORIUM_DATA: shop.dataFolder ?? '',
      },
    );

    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const answer = answerIn(stdout);
    expect(answer).toMatchObject({ statusCode: 202 });
    const { orderId } = JSON.parse(answer.body);
    const order = await decided(await asAdmin(shop.url), orderId);
    expect(order.body.status).toBe('confirmed');
    await shop.stop();
  }, 300_000);

  test.each([
    ['an unknown service', ['shop', 'placeOrder'], 'orders'],
    ['an unknown function', ['orders', 'placeOrders'], 'placeOrder'],
  ])('%s is one line that names what there is', async (_, args, named) => {
    const { code, stderr } = await run('npm', ['run', '--silent', 'invoke', '--', ...args], root, {
      HOME: home,
    });

    expect(code).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toContain(named);
  });
});
