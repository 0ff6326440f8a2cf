import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { PackagedService } from '../cloudformation/templates.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { createBacklog } from './backlog.ts';
import { createCodeFolders } from './code-folders.ts';
import { createPriorities } from './priorities.ts';
import { kindOf } from './sort.ts';
import { startWatching } from './start.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const write = (file: string, text: string) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

const handler = (imports: string, body: string) =>
  `${imports}\nexport const handler = async (event: unknown): Promise<unknown> => { ${body} };\n`;

/** A repository with one service of functions in TypeScript, and a package that one of them uses, as if just packaged. */
const repository = () => {
  const root = mkdtempSync(join(tmpdir(), 'watched-'));
  undo.push(() => rmSync(root, { recursive: true, force: true }));
  write(join(root, 'packages/kit/package.json'), '{"name":"@x/kit","type":"module","exports":"./index.ts"}');
  write(join(root, 'packages/kit/index.ts'), "export const kit: string = 'kit 1';");
  mkdirSync(join(root, 'node_modules/@x'), { recursive: true });
  symlinkSync('../../packages/kit', join(root, 'node_modules/@x/kit'));
  write(join(root, 'node_modules/installed/index.js'), "module.exports = { installed: 'installed' };");

  const folder = join(root, 'services/shop');
  write(join(folder, 'src/shared.ts'), "export const shared: string = 'shared 1';");
  write(join(folder, 'src/unused.ts'), 'export const unused = 1;');
  write(
    join(folder, 'src/one.ts'),
    handler(
      "import { kit } from '@x/kit'; import { installed } from 'installed'; import { shared } from './shared.ts';",
      'return [shared, kit, installed];',
    ),
  );
  write(join(folder, 'src/two.ts'), handler("import { shared } from './shared.ts';", 'return shared;'));
  const alone = 'console.log("began"); await new Promise((resolve) => setTimeout(resolve, event.wait));';
  write(
    join(folder, 'src/alone.ts'),
    handler('', `${alone.replace('event', '(event as any)')} return 'alone 1';`),
  );

  const names = ['one', 'two', 'alone'];
  const { buildFolder } = packageForTest({
    resources: Object.assign(
      {},
      ...names.map((name) => functionForTest(name, { Handler: `src/${name}.handler` })),
    ),
  });
  for (const name of names) {
    const code = `exports.handler = async (event) => { ${name === 'alone' ? alone : ''} return 'packaged'; };`;
    write(join(buildFolder, name, `src/${name}.js`), code);
  }
  const functions = Object.fromEntries(
    names.map((name) => [name, { handler: `src/${name}.handler`, name: `emporium-shop-local-${name}` }]),
  );
  const esbuild = {
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    outputFileExtension: '.cjs',
  };
  write(
    join(buildFolder, 'serverless-state.json'),
    JSON.stringify({ service: { functions, custom: { esbuild } } }),
  );
  const service: PackagedService = { service: 'shop', folder, buildFolder };
  return { root, folder, service };
};

const startShop = async ({ reconfigure = async () => true, inspect = false } = {}) => {
  const { root, folder, service } = repository();
  const log = recordingLog();
  const dataFolder = join(root, 'data');
  const backlog = createBacklog();
  const shop: LocalCloud = await startLocal({
    templates: [service],
    dataFolder,
    port: 0,
    log,
    beforeInvocation: backlog.wait,
  });
  undo.push(shop.stop);
  const services = () => [service];
  undo.push(
    startWatching({ root, dataFolder, log, inspect, backlog, services, renew: shop.renew, reconfigure }),
  );
  const run = async (name: string, event: unknown = {}) =>
    JSON.parse((await shop.cloud.invoke(`emporium-shop-local-${name}`, event)).payload);
  const line = (pattern: RegExp) => eventually(() => log.lines.find((each) => pattern.test(each)));
  return { root, folder, dataFolder, shop, log, run, line };
};

test('the functions that contain a source run its new text from their next invocation on, and no other does', async () => {
  const { root, folder, run, line } = await startShop();
  expect(await run('one')).toBe('packaged');

  write(join(folder, 'src/shared.ts'), "export const shared: string = 'shared 2';");
  await line(/^info watch reloaded shop\.one \(and 1 more\) in \d+ ms$/);
  expect(await run('one')).toEqual(['shared 2', 'kit 1', 'installed']);
  expect(await run('two')).toBe('shared 2');
  expect(await run('alone', { wait: 0 })).toBe('packaged');

  // As many editors save: another file takes the old one's place.
  write(join(root, 'packages/kit/index.ts.new'), "export const kit: string = 'kit 2';");
  renameSync(join(root, 'packages/kit/index.ts.new'), join(root, 'packages/kit/index.ts'));
  await line(/^info watch reloaded shop\.one in \d+ ms$/);
  expect(await run('one')).toEqual(['shared 2', 'kit 2', 'installed']);
});

test('a source in a new folder counts, and so does one that is saved twice', async () => {
  const { folder, run, line, log } = await startShop();
  write(join(folder, 'src/new/folder/value.ts'), 'export const value = 1;');
  write(
    join(folder, 'src/two.ts'),
    handler("import { value } from './new/folder/value.ts';", 'return value;'),
  );
  await line(/reloaded shop\.two in/);
  expect(await run('two')).toBe(1);

  log.lines.length = 0;
  write(join(folder, 'src/new/folder/value.ts'), 'export const value = 2;');
  await line(/reloaded shop\.two in/);
  expect(await run('two')).toBe(2);
});

test('an invocation under way ends with the code that it began with', async () => {
  const { folder, run, line } = await startShop();
  const under = run('alone', { wait: 400 });
  await line(/began/);
  write(join(folder, 'src/alone.ts'), handler('', "return 'alone 2';"));
  await line(/reloaded shop\.alone/);
  expect(await run('alone')).toBe('alone 2');
  expect(await under).toBe('packaged');
});

test('what does not compile is shown with its line, the old code goes on, and a correction brings all that changed', async () => {
  const { folder, run, line } = await startShop();
  write(join(folder, 'src/shared.ts'), "export const shared: string = 'shared 2';\nexport const = 3;\n");
  expect(await line(/ERROR/)).toMatch(
    /^error watch ✘ \[ERROR\] Expected identifier but found "="\n\n\s+src\/shared\.ts:2:13:[\s\S]+export const = 3;[\s\S]+The old code goes on\.$/,
  );
  expect(await run('one')).toBe('packaged');

  write(join(folder, 'src/two.ts'), handler("import { nothing } from './nowhere.ts';", 'return nothing;'));
  await line(/Could not resolve ".\/nowhere.ts"/);
  write(join(folder, 'src/shared.ts'), "export const shared: string = 'shared 3';");
  write(join(folder, 'src/two.ts'), handler("import { shared } from './shared.ts';", 'return [shared];'));
  await line(/reloaded shop\.one \(and 1 more\)/);
  expect(await run('one')).toEqual(['shared 3', 'kit 1', 'installed']);
  expect(await run('two')).toEqual(['shared 3']);
});

test('a debugger finds the sources of reloaded code', async () => {
  const { folder, dataFolder, line } = await startShop({ inspect: true });
  write(join(folder, 'src/two.ts'), handler('', "return 'two';"));
  await line(/reloaded shop\.two/);
  const bundle = join(dataFolder, 'reloaded/1/src/two.cjs');
  expect(readFileSync(bundle, 'utf8')).toContain('//# sourceMappingURL=two.cjs.map');
  const { sources } = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as { sources: string[] };
  expect(sources.map((source) => join(dirname(bundle), source))).toEqual([join(folder, 'src/two.ts')]);
});

test('a change of the configuration is applied as a whole; what needs a new start is said', async () => {
  const applied: string[] = [];
  const { root, folder, line } = await startShop({
    reconfigure: async () => {
      applied.push('applied');
      return true;
    },
  });
  write(join(folder, 'serverless.yml'), 'service: shop');
  await eventually(() => applied.length === 1 || undefined);

  write(join(root, 'package.json'), '{}');
  await line(/^warn watch package\.json has changed: stop and start again to apply that$/);
  write(join(root, 'packages/kit/plugin.ts'), 'export const plugin = 1;');
  await line(
    /^warn watch packages\/kit\/plugin\.ts has changed, which is in no function: stop and start again/,
  );
  expect(applied).toEqual(['applied']);
});

test('a function that is invoked is bundled before those that are not, and once', async () => {
  const { root, folder, service } = repository();
  const backlog = createBacklog();
  const renewed: string[] = [];
  const log = recordingLog();
  const wait = (name: string) => backlog.wait(`emporium-shop-local-${name}`);
  undo.push(
    startWatching({
      ...{ root, dataFolder: join(root, 'data'), log, inspect: false, services: () => [service] },
      reconfigure: async () => true,
      renew: (name) => renewed.push(name.replace('emporium-shop-local-', '')),
      backlog: {
        ...backlog,
        add: (...stale) => {
          backlog.add(...stale);
          // Whether it contains what has changed is not known yet.
          for (const name of ['two', 'two', 'alone']) void wait(name);
        },
      },
    }),
  );
  expect(wait('two')).toBeUndefined();
  write(join(folder, 'src/shared.ts'), "export const shared: string = 'shared 2';");
  await eventually(() => log.lines.find((each) => /reloaded shop\.one \(and 1 more\)/.test(each)));
  expect(renewed).toEqual(['two', 'one']);
  expect(['one', 'two', 'alone'].map(wait)).toEqual([undefined, undefined, undefined]);
});

test('what can wait is called off by what is urgent, and begins after it', async () => {
  const ended: string[] = [];
  const { urgently, whenIdle, idle, callOff } = createPriorities(() => ended.push('ended'));
  const never = whenIdle(() => new Promise(() => {}));
  // It has begun by the time that this is over.
  expect(await Promise.race([never, new Promise((resolve) => setImmediate(resolve, 'runs'))])).toBe('runs');
  const urgent = Promise.withResolvers<void>();
  urgently(() => urgent.promise);
  expect(await never).toBeUndefined();
  expect(ended).toEqual(['ended']);

  const order: string[] = [];
  const later = whenIdle(async () => order.push('later'));
  urgently(async () => void order.push('urgent'));
  urgent.resolve();
  await Promise.all([later, idle()]);
  expect(order).toEqual(['urgent', 'later']);

  // Nothing has begun that would have to be ended.
  const called = whenIdle(async () => order.push('never'));
  callOff();
  expect(await called).toBeUndefined();
  await expect(whenIdle(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(order).toEqual(['urgent', 'later']);
  expect(ended).toEqual(['ended']);
});

test('a change that comes in the middle of a reload does not wait for its end', async () => {
  const { root, folder, service } = repository();
  const backlog = createBacklog();
  const log = recordingLog();
  const kit = join(root, 'packages/kit/index.ts');
  let begun = 0;
  const code = new Map<string, string>();
  undo.push(
    startWatching({
      ...{ root, dataFolder: join(root, 'data'), log, inspect: false, services: () => [service] },
      reconfigure: async () => true,
      renew: (name, at) => code.set(name.replace('emporium-shop-local-', ''), at),
      backlog: {
        ...backlog,
        // What would be the last word of the first reload never comes.
        unwanted: (names) => (begun === 1 ? [...names] : backlog.unwanted(names)),
        add: (...stale) => {
          backlog.add(...stale);
          begun += 1;
          if (begun === 1) write(kit, "export const kit: string = 'kit 2';");
        },
      },
    }),
  );
  write(join(folder, 'src/shared.ts'), "export const shared: string = 'shared 2';");
  await eventually(() => log.lines.find((each) => /reloaded shop\.one \(and 1 more\)/.test(each)));
  expect(begun).toBe(2);
  const text = (name: string) => readFileSync(join(code.get(name) ?? '', `src/${name}.cjs`), 'utf8');
  expect(text('one')).toMatch(/shared 2[\s\S]*kit 2|kit 2[\s\S]*shared 2/);
  expect(text('two')).toContain('shared 2');
});

test('an invocation in the middle of a reload runs the new code', async () => {
  const { folder, run, log, line } = await startShop();
  write(join(folder, 'src/shared.ts'), "export const shared: string = 'shared 2';");
  // From the old code straight to the new one, whichever way it got there.
  const answers = new Set<unknown>();
  while (!log.lines.some((each) => each.includes('reloaded'))) answers.add(await run('two'));
  expect(await run('two')).toBe('shared 2');
  expect([...answers].filter((answer) => answer !== 'packaged' && answer !== 'shared 2')).toEqual([]);
  await line(/reloaded shop\.one \(and 1 more\)/);
  expect(await run('one')).toEqual(['shared 2', 'kit 1', 'installed']);
});

test('code that no function runs any more is removed, a change later', () => {
  const base = join(mkdtempSync(join(tmpdir(), 'folders-')), 'reloaded');
  const folders = createCodeFolders(base);
  const reload = (...names: string[]) => {
    folders.sweep();
    const folder = folders.next();
    mkdirSync(folder, { recursive: true });
    folders.use(folder, names);
    return readdirSync(base).sort();
  };
  expect(reload('one', 'two')).toEqual(['1']);
  expect(reload('one')).toEqual(['1', '2']);
  expect(reload('one')).toEqual(['1', '2', '3']);
  expect(reload('two')).toEqual(['1', '2', '3', '4']);
  expect(reload('one')).toEqual(['1', '3', '4', '5']);
  folders.forget();
  expect(reload('two')).toEqual(['3', '4', '5', '6']);
  expect(reload('two')).toEqual(['6', '7']);
});

test.each([
  ['services/orders/src/store.ts', 'source'],
  ['services/orders/src/page.html', 'source'],
  ['packages/functions/src/index.ts', 'source'],
  ['services/orders/serverless.yml', 'configuration'],
  ['services/orders/resources.ts', 'configuration'],
  ['services/common.yml', 'configuration'],
  ['stepfunctions/order.asl.yml', 'configuration'],
  ['serverless-compose.yml', 'configuration'],
  ['.env', 'restart'],
  ['services/orders/package.json', 'restart'],
  ['package-lock.json', 'restart'],
  ['services/orders/src/store.test.ts', 'nothing'],
  ['README.md', 'nothing'],
  ['jest.config.ts', 'nothing'],
])('%s is %s', (path, kind) => {
  expect(kindOf(path)).toBe(kind);
});
