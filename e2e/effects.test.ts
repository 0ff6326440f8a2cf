import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { effectTable, findEffectless } from '../packages/local/src/cloudformation/effect.ts';
import { loadResources } from '../packages/local/src/cloudformation/start.ts';
import { silentLog } from '../packages/local/src/log.ts';
import { packagedServices } from './support/templates.ts';

const resources = async () =>
  loadResources(await packagedServices(), {
    stage: 'local',
    region: 'us-east-1',
    accountId: '000000000000',
    endpoint: 'http://127.0.0.1:4566',
    log: silentLog,
  });

test('everything that the templates use has an effect on a laptop, or stands in the table of what has none', async () => {
  const { types, properties, unlisted } = findEffectless(await resources());

  expect(Object.fromEntries(unlisted)).toEqual({});
  // The look reaches types as well as what is deep in their properties.
  expect([...types.keys()]).toContain('AWS::Logs::LogGroup');
  expect([...properties.keys()]).toContain(
    'AWS::CloudFront::Distribution DistributionConfig.CacheBehaviors.ViewerProtocolPolicy',
  );
}, 300_000);

test('docs/local.md has that table', () => {
  const docs = readFileSync(new URL('../docs/local.md', import.meta.url), 'utf8');
  expect(docs).toContain(`## What has no effect here\n`);
  expect(docs).toContain(`\n\n${effectTable()}\n`);
});
