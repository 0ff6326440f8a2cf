import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { parse } from 'yaml';
import { eventually } from '../test-cloud.ts';
import { createSourceMaps } from './source-maps.ts';
import { type Functions, startFunctions } from './test-functions.ts';

const SOURCE = `import { refuse } from '../domain/refuse.ts';

type Order = { readonly id: string };

export const handler = async (order: Order) => {
  if (order.id === 'logged') {
    const error = new Error('as a field');
    console.log(JSON.stringify({ level: 'ERROR', message: 'bad', error: { stack: error.stack } }));
    return order.id;
  }
  refuse(order.id);
};
`;
const REFUSE = `/** Says no. */
export const refuse = (id: string): never => {
  throw new RangeError('no ' + id);
};
`;

/** The options of services/common.yml. */
const options = () => {
  const common = parse(readFileSync(new URL('../../../../services/common.yml', import.meta.url), 'utf8'));
  const { minify, sourcemap, sourcesContent, format, platform, target } = common.custom.esbuild;
  return { minify, sourcemap, sourcesContent, format, platform, target };
};

/** A service's folder with TypeScript, bundled where serverless-esbuild would. Gives the service and the bundle's folder. */
const bundle = (service = mkdtempSync(join(tmpdir(), 'my service-')), extra = {}) => {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(service, path)), { recursive: true });
    writeFileSync(join(service, path), text);
  };
  write('src/functions/place/handler.ts', SOURCE);
  write('src/functions/domain/refuse.ts', REFUSE);
  const built = join(service, '.esbuild/.build/src/functions/place');
  buildSync({
    ...options(),
    bundle: true,
    entryPoints: [join(service, 'src/functions/place/handler.ts')],
    outdir: built,
    outExtension: { '.js': '.cjs' },
    ...extra,
  });
  return { service, built };
};

let shop: Functions | undefined;
afterEach(async () => {
  await shop?.stop();
  shop = undefined;
});

test('a bundle is not a byte larger for its map, and does not name it', () => {
  const { service, built } = bundle();
  const withMap = readFileSync(join(built, 'handler.cjs'), 'utf8');
  bundle(service, { sourcemap: false });
  expect(readFileSync(join(built, 'handler.cjs'), 'utf8')).toBe(withMap);
});

test('the log shows lines of TypeScript, in the stack of an error and in that of a log line; a caller is given the bundle', async () => {
  const { service, built } = bundle();
  shop = await startFunctions({
    functions: { place: '' },
    properties: { place: { Handler: 'handler.handler' } },
  });
  // As if unpacked: somewhere else, with the map beside it.
  const { log, lambda } = shop;
  lambda.renew('emporium-shop-local-place', built);

  const { answer } = await shop.invoke('place', { id: 'x' });

  expect(answer.trace[1]).toMatch(/handler\.cjs:1:\d+\)$/);
  const logged = log.lines.find((line) => line.startsWith('error shop.place')) ?? '';
  const [headline, first, second] = logged.split('\n');
  expect(headline).toBe('error shop.place RangeError: no x');
  expect(first).toContain(`${join(service, 'src/functions/domain/refuse.ts')}:3:`);
  expect(second).toContain(`${join(service, 'src/functions/place/handler.ts')}:11:`);
  expect(logged).not.toContain('node:');

  await shop.invoke('place', { id: 'logged' });
  const line = await eventually(() => log.lines.find((each) => each.includes('as a field')));
  const { error } = JSON.parse(line.replace('info shop.place ', ''));
  expect(error.stack).toContain(`${join(service, 'src/functions/place/handler.ts')}:7:`);
  expect(error.stack).not.toContain('handler.cjs');
});

test('a map is found by where the bundle was made, changes with it, and may be missing', () => {
  const { service, built } = bundle();
  const elsewhere = mkdtempSync(join(tmpdir(), 'unpacked-'));
  const unpack = () => {
    mkdirSync(join(elsewhere, 'src/functions/place'), { recursive: true });
    for (const name of ['handler.cjs', 'handler.cjs.map'])
      writeFileSync(join(elsewhere, 'src/functions/place', name), readFileSync(join(built, name)));
  };
  unpack();
  const maps = createSourceMaps();
  const text = readFileSync(join(built, 'handler.cjs'), 'utf8');
  const at = (file: string, code = text) => `at ${file}:1:${code.indexOf('new RangeError') + 1}`;
  const frame = at(`${elsewhere}/src/functions/place/handler.cjs`);
  const translate = (stack: string) => maps.translate(stack, elsewhere, join(service, '.esbuild/.build'));
  const refuse = join(service, 'src/functions/domain/refuse.ts');

  expect(translate(frame)).toBe(`at ${refuse}:3:9`);
  expect(translate(frame.replace('at ', 'at file://'))).toBe(`at ${refuse}:3:9`);
  expect(translate(at('/other/handler.cjs'))).toBe(at('/other/handler.cjs'));

  rmSync(join(elsewhere, 'src/functions/place/handler.cjs.map'));
  expect(translate(frame)).toBe(`at ${refuse}:3:9`);
  maps.forget(elsewhere);
  expect(translate(frame)).toBe(frame);
});
