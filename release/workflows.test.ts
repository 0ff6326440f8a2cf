import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const folder = '.github/workflows';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
}
interface Job {
  readonly uses?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Record<string, string>;
  readonly steps?: readonly Step[];
  readonly env?: Record<string, string>;
  readonly with?: Record<string, string>;
}
interface Workflow {
  readonly permissions?: Record<string, string>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean | string };
  readonly jobs: Record<string, Job>;
}

const workflows = Object.fromEntries(
  readdirSync(join(root, folder)).map((name) => [name, parse(text(join(folder, name))) as Workflow]),
);
const jobs = Object.values(workflows).flatMap((workflow) => Object.values(workflow.jobs));
const steps = jobs.flatMap((job) => job.steps ?? []);
const deploying = workflows['deploy-stage.yml']?.jobs.deploy;

describe('the workflows', () => {
  test('call what there is: scripts, files, tests and one another', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const commands = steps.map(({ run = '' }) => run).join('\n');
    const called = [...commands.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name);
    const files = [...commands.matchAll(/bash (\S+)/g)].map(([, file = '']) => file);
    const tests = [...commands.matchAll(/npm test -- ([^\n]+)/g)].flatMap(([, paths = '']) =>
      paths.split(' ').map((path) => (existsSync(join(root, path)) ? path : `${path}.test.ts`)),
    );
    const others = jobs.flatMap(({ uses }) => uses ?? []);

    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
    expect([files, tests, others].map((each) => each.length > 0)).toEqual([true, true, true]);
    expect([...files, ...tests, ...others].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('take actions by the hash of a commit, which nobody can move', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test('hold no key of AWS', () => {
    const all = Object.keys(workflows)
      .map((name) => text(join(folder, name)))
      .join('');
    expect(all).not.toMatch(/aws[-_](access[-_]key|secret[-_]access|session[-_]token)/i);
    expect(
      deploying?.steps?.some(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@')),
    ).toBe(true);
  });

  test('give only what deploys a token to show to AWS', () => {
    for (const { permissions } of Object.values(workflows)) expect(permissions).toEqual({ contents: 'read' });
    const withToken = jobs.filter(({ permissions }) => permissions?.['id-token'] === 'write');
    expect(
      withToken.every((job) => job.environment !== undefined || job.uses?.endsWith('/deploy-stage.yml')),
    ).toBe(true);
    expect(jobs.flatMap(({ permissions = {} }) => Object.keys(permissions)).sort()).toEqual(
      [...new Set(['contents', 'id-token'])].flatMap((name) => withToken.map(() => name)).sort(),
    );
  });

  test('deploy dev, staging and prod one after another, each in its environment, after the check', () => {
    const order = Object.entries(workflows['deploy.yml']?.jobs ?? {}).map(([name, job]) => [
      name,
      job.needs,
      job.with?.stage,
    ]);
    expect(order).toEqual([
      ['check', undefined, undefined],
      ['dev', 'check', 'dev'],
      ['staging', 'dev', 'staging'],
      ['prod', 'staging', 'prod'],
    ]);
    // The environment's reviewers approve, and the role in AWS trusts no other environment.
    expect(deploying?.environment).toMatch(/^\$\{\{ inputs\.stage \}\}$/);
    expect(workflows['deploy-stage.yml']?.concurrency).toEqual({
      group: expect.stringMatching(/^deploy-\$\{\{ inputs\.stage \}\}$/),
      'cancel-in-progress': false,
    });
  });

  test('hand over every setting that a deployment reads from its environment', () => {
    const files = readdirSync(join(root, 'services')).flatMap((name) =>
      name.endsWith('.yml') ? [`services/${name}`] : [`services/${name}/serverless.yml`],
    );
    const read = files.flatMap((file) =>
      [...text(file).matchAll(/\$\{env:(\w+)/g)].map(([, name = '']) => name),
    );
    const deploy = deploying?.steps?.find(({ run }) => run?.includes('sls deploy'));
    const given = Object.keys({ ...deploying?.env, ...deploy?.env });
    expect(read.length).toBeGreaterThan(2);
    expect([...new Set(read)].filter((name) => !given.includes(name))).toEqual([]);
  });
});
