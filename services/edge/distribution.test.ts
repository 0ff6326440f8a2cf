import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const services = new URL('..', import.meta.url);

/** `!Ref`, `!Select` and their like count as their arguments: here only the plain values matter. */
const read = (context: string) =>
  parse(readFileSync(new URL(`${context}/serverless.yml`, services), 'utf8'), {
    merge: true,
    logLevel: 'silent',
  });

interface Behaviour {
  readonly PathPattern: string;
  readonly TargetOriginId: string;
  readonly ViewerProtocolPolicy: string;
  readonly CachePolicyId: string;
}

const edge = read('edge');
const config = edge.resources.Resources.Distribution.Properties.DistributionConfig;
const behaviours: Behaviour[] = config.CacheBehaviors;
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

const routesOf = (context: string): string[] =>
  Object.values<{ events?: { httpApi?: { path: string } }[] }>(read(context).functions ?? {})
    .flatMap(({ events = [] }) => events)
    .flatMap(({ httpApi }) => (httpApi ? [httpApi.path] : []));

const contexts = readdirSync(services, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => routesOf(name).length > 0);

test.each(contexts)('every route of %s is reached through its own path', (context) => {
  const behaviour = behaviours.find(({ TargetOriginId }) => TargetOriginId === context);
  const prefix = `/api/${context}`;
  expect(behaviour?.PathPattern).toBe(`${prefix}*`);
  for (const route of routesOf(context)) expect(`${route}/`).toMatch(new RegExp(`^${prefix}/`));
});

test('every behaviour leads to an origin, whose address has a default', () => {
  for (const { TargetOriginId } of [...behaviours, config.DefaultCacheBehavior]) {
    const origin = config.Origins.find(({ Id }: { Id: string }) => Id === TargetOriginId);
    expect(origin.CustomOriginConfig.OriginProtocolPolicy).toBe('https-only');
    expect(edge.params.default[`${TargetOriginId}ApiUrl`]).toBe(`https://${TargetOriginId}.example.invalid`);
  }
});

test('nothing but the catalog is cached, and nothing goes in the clear', () => {
  for (const { TargetOriginId, CachePolicyId, ViewerProtocolPolicy, PathPattern } of [
    ...behaviours,
    config.DefaultCacheBehavior,
  ]) {
    expect(ViewerProtocolPolicy).toBe('https-only');
    const isCached = PathPattern !== undefined && TargetOriginId === 'catalog';
    expect(CachePolicyId).toBe(isCached ? 'CatalogCachePolicy' : CACHING_DISABLED);
  }
});
