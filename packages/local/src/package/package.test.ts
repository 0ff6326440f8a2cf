import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { packageServices } from './start.ts';

const serverlessYml = (name: string, bucket: string) => `
service: emporium-${name}
configValidationMode: error
provider: { name: aws, stage: "\${opt:stage}", region: "\${env:AWS_REGION}" }
resources: { Resources: { Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: ${bucket} } } } }
`;

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'package-'));
  const services = ['one', 'two', 'three'].map((name) => `  ${name}: { path: services/${name} }\n`);
  write('serverless-compose.yml', `services:\n${services.join('')}`);
  for (const name of ['one', 'two', 'three'])
    write(`services/${name}/serverless.yml`, serverlessYml(name, name));
  write('packages/contracts/index.ts', '1');
  write('packages/local/index.ts', '1');
});

const run = async ({ signal = new AbortController().signal, region = 'us-east-1' } = {}) => {
  const lines: string[] = [];
  const progress = (line: string) => lines.push(line.split(/\s+/)[1] ?? '');
  const packaged = await packageServices({ root, stage: 'local', region, signal, progress });
  return { packaged, done: lines.sort() };
};

const builds = () => readdirSync(join(root, '.emporium/build')).sort();

test('packages with the framework, and again only what has changed', async () => {
  const { packaged, done } = await run();
  expect(done).toEqual(['one', 'three', 'two']);
  expect(packaged.map(({ service }) => service)).toEqual(['one', 'two', 'three']);
  const template = join(packaged[0]?.buildFolder ?? '', 'cloudformation-template-update-stack.json');
  expect(JSON.parse(readFileSync(template, 'utf8')).Resources).toHaveProperty('Bucket');
  expect((await run()).done).toEqual([]);

  write('services/two/serverless.yml', serverlessYml('two', 'other'));
  expect((await run()).done).toEqual(['two']);

  // Neither is part of what is deployed.
  write('services/one/some.test.ts', 'changed');
  write('packages/local/index.ts', 'changed');
  expect((await run()).done).toEqual([]);
}, 60_000);

test('another region has a package of its own', async () => {
  const { packaged, done } = await run({ region: 'eu-central-1' });

  expect(done).toHaveLength(3);
  const state = join(packaged[0]?.buildFolder ?? '', 'serverless-state.json');
  expect(JSON.parse(readFileSync(state, 'utf8')).service.provider.region).toBe('eu-central-1');
  expect((await run()).done).toEqual([]);
}, 60_000);

test('two starts at once package once', async () => {
  write('packages/contracts/index.ts', 'changed');

  const [first, second] = await Promise.all([run(), run()]);

  expect([...first.done, ...second.done].sort()).toEqual(['one', 'three', 'two']);
  expect(second.packaged).toEqual(first.packaged);
}, 60_000);

test('a service that does not package is named, with what the framework said; a lock left behind is no obstacle', async () => {
  write('.emporium/build/lock', '999999999');
  write('services/three/serverless.yml', `${serverlessYml('three', 'three')}\nfunktions: {}\n`);

  await expect(run()).rejects.toThrow(/^Packaging three failed:[\s\S]*funktions/);
  expect(builds()).not.toContain('lock');
}, 60_000);

test('an interruption stops the framework', async () => {
  rmSync(join(root, '.emporium'), { recursive: true });
  const interrupt = new AbortController();
  const running = run({ signal: interrupt.signal });
  interrupt.abort();

  await expect(running).rejects.toThrow('aborted');
  expect(builds().filter((name) => !name.endsWith('.unfinished'))).toEqual([]);
}, 60_000);
