import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '../../packages/local/src/start-error.ts';
import { pythonTools } from '../python.ts';
import { adapt } from './adapt.ts';
import { checkOrder } from './checks.ts';
import { type NotTaken, nameOfNotTaken, notTaken } from './not-taken.ts';
import { startProxy } from './proxy.ts';
import { startServer } from './server.ts';
import { copyShop } from './shop-copy.ts';
import { complain, createStage } from './stage.ts';
import { tryAgain, tryAlone } from './trials.ts';

// npm run verify:deploy
const root = fileURLToPath(new URL('../..', import.meta.url));
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
const { signal } = interrupted;
const report = (line: string) => console.log(line);

const needed = new Set<NotTaken>();
const adaptText = (text: string): string => {
  const adapted = adapt(JSON.parse(text), notTaken);
  for (const row of adapted.needed) needed.add(row);
  return JSON.stringify(adapted.template);
};

const tryDev = async (copy: string, endpoint: string): Promise<void> => {
  const stage = await createStage({ copy, endpoint, stage: 'dev', region: 'us-east-1', signal, report });
  await stage.sls('deploy');
  complain(checkOrder(await stage.check()));

  const trial = { stage, copy, service: 'catalog' };
  const code = await tryAlone(trial, (text, file) =>
    file === 'src/functions/get-product/handler.ts' ? `${text}\nexport const changed = true;\n` : text,
  );
  complain([...code.gone, ...code.added].map((each) => `a change of code alone replaced ${each}`));
  await stage.check();

  const renamedFunction = await tryAlone(trial, (text, file) =>
    file === 'serverless.yml' ? text.replace('  getProduct:\n', '  readProduct:\n') : text,
  );
  expectRenamed(renamedFunction, 'AWS::Lambda::Function', 'getProduct', 'readProduct');
  await stage.check();

  const rename = (text: string) => text.replaceAll('CatalogTable', 'ProductsTable');
  const renamedTable = await tryAlone(trial, rename, 'CatalogTable');
  expectRenamed(renamedTable, 'AWS::DynamoDB::Table', 'CatalogTable', 'ProductsTable');
  const kept = new Set(renamedTable.gone.filter((each) => each.startsWith('AWS::DynamoDB::Table ')));
  await stage.check(kept);

  await tryAgain(stage);
  await stage.remove(kept);
};

const expectRenamed = (
  { gone, added }: { gone: string[]; added: string[] },
  type: string,
  from: string,
  to: string,
): void => {
  const of = (list: string[]) =>
    list.filter((each) => each.startsWith(`${type} `)).map((each) => each.split('-').at(-1));
  if (String(of(gone)) !== from || String(of(added)) !== to) {
    throw new Error(`renamed ${from} to ${to}: gone are ${gone}; new are ${added}`);
  }
};

const tryProd = async (copy: string, endpoint: string): Promise<void> => {
  const stage = await createStage({ copy, endpoint, stage: 'prod', region: 'eu-central-1', signal, report });
  await stage.sls('deploy');
  complain(checkOrder(await stage.check()));
  await tryAgain(stage);
  // As in a fresh clone: Compose has to be told again what the stage is.
  rmSync(join(copy, '.serverless'), { recursive: true });
  await stage.sls('refresh-outputs');
  await stage.remove();
};

const main = async (): Promise<void> => {
  const since = performance.now();
  const requirements = join(root, 'verify/requirements/ministack.txt');
  const bin = await pythonTools({ root, requirements, signal, progress: report });
  const copy = copyShop(root);
  try {
    const server = await startServer({ bin, folder: join(copy, 'server'), signal });
    const proxy = await startProxy({ target: server.url, adapt: adaptText });
    try {
      report(`server ${server.url}, behind ${proxy.url}`);
      await tryDev(copy, proxy.url);
      await tryProd(copy, proxy.url);
    } finally {
      await proxy.stop();
      await server.stop();
    }
    complain(
      notTaken
        .filter((row) => !needed.has(row))
        .map(
          (row) => `verify/deploy/not-taken.ts: nothing needs "${nameOfNotTaken(row)}" any more, take it out`,
        ),
    );
    report(`all of it deployed and removed in ${((performance.now() - since) / 1000).toFixed(0)} s`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

try {
  await main();
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
