import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { StartError } from '../packages/local/src/start-error.ts';
import { checksOf } from './checks.ts';
import { judge, parseExplanations } from './explanations.ts';
import { merged } from './findings.ts';
import { reportOf } from './report.ts';
import { packageAll, targetsOf } from './stacks.ts';

// npm run verify [-- --only cfn-lint,limits] [-- --usage <folder>]
const root = fileURLToPath(new URL('..', import.meta.url));
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());

const run = async (): Promise<boolean> => {
  const { values } = parseArgs({ options: { only: { type: 'string' }, usage: { type: 'string' } } });
  const signal = stopping.signal;
  const progress = (line: string) => console.error(`  ${line}`);
  const stacks = await packageAll(targetsOf(root), { root, signal, progress });
  const checks = checksOf(stacks, { root, signal, progress, usage: values.usage });
  const names = checks.map(({ name }) => name);
  const wanted = values.only?.split(',') ?? names;
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new StartError(`There is no check "${unknown}": there are ${names.join(', ')}`);
  const file = join(import.meta.dirname, 'explanations.yml');
  const explanations = parseExplanations(readFileSync(file, 'utf8'), names);
  let holds = true;
  for (const { name, of, run: look } of checks.filter(({ name }) => wanted.includes(name))) {
    const verdict = judge(merged(await look()), explanations[name] ?? []);
    console.log(reportOf({ name, of, verdict }));
    holds &&= verdict.open.length === 0 && verdict.unused.length === 0;
  }
  return holds;
};

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  if (!stopping.signal.aborted) console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
