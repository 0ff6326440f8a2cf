import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { zipSync } from 'fflate';
import { eventually, functionForTest, packageForTest } from '../test-cloud.ts';

const SOURCE = `export const handler = async ({ ms }: { ms: number }) => {
  const zone = new Date().getTimezoneOffset();
  await new Promise((done) => setTimeout(done, ms));
  return { zone, ms };
};
`;

/** A function as serverless-esbuild packages it: an archive with the bundle and its map. */
const packaged = () => {
  const service = packageForTest({
    resources: functionForTest('place', { Handler: 'src/handler.handler', Timeout: 1 }),
  });
  const source = join(service.folder, 'src/handler.ts');
  mkdirSync(dirname(source), { recursive: true });
  writeFileSync(source, SOURCE);
  const outdir = join(service.folder, '.esbuild/.build/src');
  buildSync({
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    sourcemap: 'external',
    sourcesContent: false,
    entryPoints: [source],
    outdir,
    outExtension: { '.js': '.cjs' },
  });
  const files = ['handler.cjs', 'handler.cjs.map'].map((name) => [
    `src/${name}`,
    new Uint8Array(readFileSync(join(outdir, name))),
  ]);
  writeFileSync(join(service.folder, 'place.zip'), zipSync(Object.fromEntries(files)));
  return { service, source };
};

interface Message {
  readonly id?: number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the inspector's protocol says of each message.
  readonly params?: any;
}

/** A debugger, attached to a process; what its worker threads say comes unwrapped. */
const attach = async (url: string) => {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const seen: Message[] = [];
  let id = 0;
  const send = (method: string, params: object = {}) => {
    id += 1;
    const message = JSON.stringify({ id, method, params });
    socket.send(message);
    return message;
  };
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    const isWorkers = message.method === 'NodeWorker.receivedMessageFromWorker';
    seen.push(isWorkers ? JSON.parse(message.params.message) : message);
  });
  return {
    send,
    tell: (sessionId: string, method: string, params: object = {}) => {
      id += 1;
      send('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method, params }) });
    },
    heard: (method: string, matches: (params: Message['params']) => boolean = () => true) =>
      eventually(() => seen.find((message) => message.method === method && matches(message.params))).then(
        ({ params }) => params,
      ),
    close: () => socket.close(),
  };
};

const { service, source } = packaged();
let shop: Awaited<ReturnType<typeof startProcess>>;
beforeAll(async () => {
  shop = await startProcess();
});
afterAll(() => shop.stop());

const startProcess = async () => {
  const program = fileURLToPath(new URL('../test-programs/inspect-functions.ts', import.meta.url));
  const dataFolder = mkdtempSync(join(tmpdir(), 'inspect-'));
  const child = spawn(process.execPath, [program, JSON.stringify(service), JSON.stringify(dataFolder)], {
    env: { ...process.env, TZ: 'America/New_York' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const next = () => eventually(() => lines.shift()).then((line) => JSON.parse(line));
  return {
    url: (await next()) as string,
    next,
    invoke: (event: object) => child.stdin.write(`place ${JSON.stringify(event)}\n`),
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

test('a debugger stops in a handler, knows its TypeScript, and lets it go on', async () => {
  const debug = await attach(shop.url);
  debug.send('NodeWorker.enable', { waitForDebuggerOnStart: true });
  shop.invoke({ ms: 1 });
  const { sessionId, workerInfo } = await debug.heard('NodeWorker.attachedToWorker');
  expect(workerInfo.url).toMatch(/^file:\/\/\/.*\/lambda\/worker\.ts$/);

  debug.tell(sessionId, 'Debugger.enable');
  const columnNumber = readFileSync(join(service.folder, '.esbuild/.build/src/handler.cjs'), 'utf8').indexOf(
    'new Date',
  );
  debug.tell(sessionId, 'Debugger.setBreakpointByUrl', {
    lineNumber: 0,
    columnNumber,
    urlRegex: '.*/src/handler\\.cjs$',
  });
  debug.tell(sessionId, 'Runtime.runIfWaitingForDebugger');
  await debug.heard('Debugger.paused', ({ reason }) => reason === 'Break on start');
  debug.tell(sessionId, 'Debugger.resume');

  const script = await debug.heard('Debugger.scriptParsed', ({ url }) => url.endsWith('/src/handler.cjs'));
  expect(script.sourceMapURL).toBe('handler.cjs.map');
  const file = script.url.startsWith('file:') ? fileURLToPath(script.url) : script.url;
  const { sources } = JSON.parse(readFileSync(join(dirname(file), script.sourceMapURL), 'utf8'));
  expect(sources.map((url: string) => fileURLToPath(url))).toEqual([source]);
  expect(existsSync(source)).toBe(true);

  const paused = await debug.heard('Debugger.paused', ({ hitBreakpoints }) => hitBreakpoints.length > 0);
  expect(paused.callFrames[0].location).toEqual({
    scriptId: script.scriptId,
    lineNumber: 0,
    columnNumber,
  });
  debug.tell(sessionId, 'Debugger.resume');
  expect(JSON.parse((await shop.next()).payload)).toEqual({ zone: 0, ms: 1 });
  debug.tell(sessionId, 'Debugger.disable');
  debug.close();
}, 60_000);

test('no time-out ends what a debugger may hold', async () => {
  shop.invoke({ ms: 1_300 });
  expect(JSON.parse((await shop.next()).payload)).toEqual({ zone: 0, ms: 1_300 });
}, 60_000);
