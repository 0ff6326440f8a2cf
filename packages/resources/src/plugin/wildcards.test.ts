import { afterAll, expect, test } from '@jest/globals';
import type { Kind } from '../definitions.ts';
import { levels, levelsOf } from '../links.ts';
import type { Statement, TemplateResource, TemplateResources } from '../template.ts';
import { isListed, wildcards } from '../wildcards.ts';
import { createShop } from './test-shop.ts';

const definitions = (workflow: string) => `{
  table: r.table({ partitionKey: 'pk', stream: true, indexes: { byName: { partitionKey: 'name' } } }),
  queue: r.queue(), bus: r.bus(), secret: r.secret(), parameter: r.parameter({ value: '' }),
  userPool: r.userPool({ groups: ['admin'] }), bucket: r.bucket(), topic: r.topic(), cache: r.cache(),
  stateMachine: r.stateMachine(${workflow}), emailIdentity: r.emailIdentity(),
  distribution: r.distribution({ webAcl: 'WebAcl' }),
  network: r.network(),
  site: r.site({ folder: '.', distribution: 'distribution' }),
}`;
const shop = createShop({
  platform: '{ EventBus: r.bus() }',
  theirs: definitions('{ invoke: [] }'),
  ours: definitions(`{ invoke: ['theirs.step'], link: { queue: ['send'] } }`),
});
afterAll(shop.remove);

/** The levels that no other context may have. */
const forOwn = ['rotate', 'update'];

/** Every level of every kind, own and another's, and all the plugin's events; a cache is its own context's. */
const everything = async () => {
  const kinds = Object.keys(levels) as Kind[];
  const link = Object.fromEntries(
    kinds
      .filter((kind) => kind !== 'cache')
      .flatMap((kind) =>
        ['', 'theirs.'].map((owner) => [
          `${owner}${kind}`,
          levelsOf(kind).filter((level) => owner === '' || !forOwn.includes(level)),
        ]),
      ),
  );
  const { resources } = await shop.run({
    context: 'ours',
    release: 'LambdaCanary10Percent5Minutes',
    cache: { engine: 'valkey' },
    functions: {
      all: { link },
      cached: { link: { cache: ['use'], table: ['read'] } },
      invalidate: {
        link: { cache: ['use'] },
        events: [{ invalidate: { table: 'table', kinds: ['order'] } }],
      },
      subscribe: { events: [{ subscribe: ['orders.OrderPlaced'] }] },
      outbox: { events: [{ outbox: 'table' }] },
      changes: { events: [{ changes: { table: 'table', kind: 'order' } }] },
    },
  });
  return resources;
};

/** Every action on every resource that a statement anywhere in the template allows, and the type of what holds it. */
const grants = (resources: TemplateResources) =>
  Object.values(resources).flatMap((resource) =>
    statements(resource).flatMap(({ Action, Resource = [] }) =>
      Action.flatMap((action) =>
        Resource.map((each) => ({ type: resource.Type, action, resource: text(each) })),
      ),
    ),
  );

const statements = (resource: TemplateResource): Statement[] => {
  const found: Statement[] = [];
  JSON.stringify(resource, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'Effect' in value) found.push(value as Statement);
    return value;
  });
  return found;
};

const text = (value: string | object): string =>
  typeof value === 'string' ? value : String(Object.values(value)[0]);

test('no policy holds a pattern that is not listed', async () => {
  const patterns = grants(await everything()).filter(({ resource }) => /[*?]/.test(resource));

  const unlisted = patterns.filter(({ type, action, resource }) => !isListed(type, action, resource));
  expect(unlisted).toEqual([]);
  expect(patterns).not.toEqual([]);
});

test('every listed pattern is in use', async () => {
  const all = grants(await everything());

  for (const { actions, resource, why } of wildcards) {
    for (const action of actions) {
      const used = all.some((granted) => granted.action === action && resource.test(granted.resource));
      expect({ why, action, used }).toEqual({ why, action, used: true });
    }
  }
});

test('no action is a pattern', async () => {
  const actions = grants(await everything()).map(({ action }) => action);

  expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Za-z]+$/.test(action))).toEqual([]);
});
