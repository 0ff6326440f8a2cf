import { type Address, arnOf, cacheName, physicalName } from './naming.ts';
import { allow, type CacheSettings, type Stage, type Statement, sub } from './template.ts';

/** Whether the stage's caches are ElastiCache's, made by the contexts' stacks. */
export const makesCaches = ({ engine, url }: CacheSettings): boolean => engine === 'valkey' && !url;

/** Whether a write has to be told to a cache that all containers share. */
export const sharesCaches = ({ engine, url }: CacheSettings): boolean => engine === 'valkey' || Boolean(url);

/** What the keys of a context start with. */
export const cachePrefix = ({ context }: Pick<Address, 'context'>, stage: string): string =>
  `${physicalName({ context, name: '' }, stage).slice(0, -1)}:`;

/** To connect: what its user may do then, the cache's access string says. */
export const onCache = (target: Address, { stage, settings }: Stage): readonly Statement[] => {
  if (!makesCaches(settings.cache)) return [];
  const name = cacheName(target, stage);
  return [
    allow(
      ['elasticache:Connect'],
      sub(arnOf('elasticache', `serverlesscache:${name}`)),
      sub(arnOf('elasticache', `user:${name}`)),
    ),
  ];
};

/** The attributes of a cache's handle. */
export const cacheAttributes = (
  target: Address & { readonly own: boolean },
  { stage, settings: { cache } }: Stage,
): Readonly<Record<string, string>> => {
  if (!sharesCaches(cache)) return { engine: 'memory' };
  const prefix = cachePrefix(target, stage);
  if (cache.url) return { engine: 'valkey', url: cache.url, prefix };
  const [name, id] = [cacheName(target, stage), target.name];
  // Another stack, or a test, has no cache to ask for its address.
  const host = target.own ? `\${${id}.Endpoint.Address}:\${${id}.Endpoint.Port}` : `${name}.invalid:6379`;
  return { engine: 'valkey', url: `rediss://${name}@${host}`, prefix, cacheName: name };
};
