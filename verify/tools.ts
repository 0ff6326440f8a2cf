import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StartError } from '../packages/local/src/start-error.ts';
import type { Finding } from './findings.ts';
import { pythonTools } from './python.ts';
import type { PackageOptions, Stack } from './stacks.ts';

/** A template that holds mistakes on purpose: a tool that does not find them finds nothing. */
const CANARY = join(import.meta.dirname, 'canary.json');

/** A program in Python that looks at templates. */
export interface Tool {
  readonly name: string;
  /** The options for these files, all of them of one region. */
  args(files: readonly string[], region: string): readonly string[];
  /** What it printed as findings, whose `where` begins with the name of the file. */
  parse(output: string, target: string): Finding[];
  /** What it has to find in the canary. */
  readonly canary: string;
}

/** Has the tool look at all templates of a target; what it said of the same templates before is remembered. */
export const runTool = async (
  tool: Tool,
  stacks: readonly Stack[],
  options: PackageOptions,
): Promise<Finding[]> => {
  const requirements = join(import.meta.dirname, 'requirements', `${tool.name}.txt`);
  const bin = await pythonTools({ ...options, requirements });
  const groups = [...Map.groupBy(stacks, ({ target, region }) => `${target.name} ${region}`).values()];
  const found: Finding[] = [];
  const worker = async () => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      found.push(...(await lookAt(tool, group, { ...options, bin })));
    }
  };
  await Promise.all([worker(), worker()]);
  return found;
};

/** Has the tool look at the templates of one target in one region. */
export const lookAt = async (
  tool: Tool,
  stacks: readonly Stack[],
  { root, bin, signal }: PackageOptions & { readonly bin: string },
): Promise<Finding[]> => {
  const { target, region } = stacks[0] as Stack;
  const hash = createHash('sha256').update(`${bin}\0${region}\0${readFileSync(CANARY)}`);
  for (const { service, text } of stacks) hash.update(`${service}\0${text}`);
  const folder = join(
    root,
    '.emporium/verify',
    `${tool.name}-${target.stage}-${hash.digest('hex').slice(0, 16)}`,
  );
  const answer = join(folder, 'answer.json');
  if (!existsSync(answer)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { service, text } of stacks) writeFileSync(join(folder, `${service}.json`), text);
    copyFileSync(CANARY, join(folder, basename(CANARY)));
    const files = [...stacks.map(({ service }) => `${service}.json`), basename(CANARY)];
    const output = await execute(join(bin, tool.name), tool.args(files, region), folder, signal);
    checkCanary(tool, tool.parse(output, target.name));
    writeFileSync(answer, output);
  }
  return tool.parse(readFileSync(answer, 'utf8'), target.name).filter(({ where }) => !inCanary(where));
};

const inCanary = (where: string): boolean => where === 'canary' || where.startsWith('canary.');

const checkCanary = ({ name, canary }: Tool, findings: readonly Finding[]): void => {
  if (findings.some(({ rule, where }) => rule === canary && inCanary(where))) return;
  throw new StartError(
    `${name} does not find ${canary} in verify/canary.json, which has that mistake on purpose: so it finds nothing elsewhere, either`,
  );
};

/** Both tools exit with an error where they found something; what counts is that they say it in JSON. */
const execute = (file: string, args: readonly string[], cwd: string, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, LOG_LEVEL: 'ERROR' };
    execFile(file, args, { cwd, env, signal, maxBuffer: 2 ** 28 }, (_, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason);
      else if (isJson(stdout)) resolve(stdout);
      else reject(new StartError(`${basename(file)} failed:\n${(stderr || stdout).trim().slice(-2000)}`));
    });
  });

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
