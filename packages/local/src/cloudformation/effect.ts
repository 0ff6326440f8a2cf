import type { Resource } from '../cloud.ts';
import { effects } from './effects.ts';
import { isKnownType } from './identity.ts';
import { idle } from './idle.ts';

/** What in the templates has no effect on this machine, with how often it occurs. */
export interface Effectless {
  /** Types that stand in the table. */
  readonly types: ReadonlyMap<string, number>;
  /** `<type> <property>` that stand in the table. */
  readonly properties: ReadonlyMap<string, number>;
  /** Types, and `<type> <property>`, that stand nowhere: nobody has thought of them yet. */
  readonly unlisted: ReadonlyMap<string, number>;
}

const words = (text: string | undefined): ReadonlySet<string> => new Set(text?.split(' '));

const effective = new Map(Object.entries(effects).map(([type, properties]) => [type, words(properties)]));
const idleTypes = new Set(idle.filter(({ properties }) => properties === undefined).map(({ type }) => type));
const idleProperties = new Map(
  [...Map.groupBy(idle, ({ type }) => type)].map(([type, rows]) => [
    type,
    words(rows.map(({ properties }) => properties).join(' ')),
  ]),
);

/** Looks through all resources for what nothing here acts on. */
export const findEffectless = (resources: readonly Resource[]): Effectless => {
  const found = { types: new Map<string, number>(), properties: new Map(), unlisted: new Map() };
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { type, properties } of resources) {
    const acted = effective.get(type);
    if (acted === undefined) count(idleTypes.has(type) ? found.types : found.unlisted, type);
    else {
      const unused = idleProperties.get(type) ?? new Set();
      for (const path of withoutEffect(properties, acted, unused)) {
        count(unused.has(path) ? found.properties : found.unlisted, `${type} ${path}`);
      }
    }
  }
  return found;
};

/** The paths of the properties that are not acted on; items of an array share one. */
const withoutEffect = (
  properties: object,
  acted: ReadonlySet<string>,
  unused: ReadonlySet<string>,
): ReadonlySet<string> => {
  const paths = new Set<string>();
  const look = (value: unknown, path: string): void => {
    if (acted.has(path)) return;
    if (unused.has(path) || !isNested(value)) paths.add(path);
    else if (Array.isArray(value)) for (const item of value) look(item, path);
    else for (const [name, item] of Object.entries(value)) look(item, `${path}.${name}`);
  };
  for (const [name, value] of Object.entries(properties)) look(value, name);
  return paths;
};

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Lines for the start, which stays short: types are named, properties counted; what is in no table is named in any case. */
export const effectlessLines = (resources: readonly Resource[]): string[] => {
  const { types, properties, unlisted } = findEffectless(resources);
  const counted = ([name, times]: readonly [string, number]) => `${name} (${times})`;
  const inTable = [...types].map(counted).sort();
  if (properties.size > 0) inTable.push(`${properties.size} properties of other types`);
  const isUnknown = ([name]: readonly [string, number]) => !name.includes(' ') && !isKnownType(name);
  const unknown = [...unlisted].filter(isUnknown).map(counted).sort();
  const inNoTable = [...unlisted]
    .filter((each) => !isUnknown(each))
    .map(counted)
    .sort();
  const lines: readonly (readonly [string, readonly string[], string])[] = [
    ['Without effect on this machine', inTable, '. docs/local.md says why'],
    ['Without effect on this machine, and in no table', inNoTable, ''],
    ['Unknown on this machine', unknown, ''],
  ];
  return lines.flatMap(([title, names, rest]) =>
    names.length === 0 ? [] : [`${title}: ${names.join(', ')}${rest}`],
  );
};

/** The table of docs/local.md. */
export const effectTable = (): string =>
  [
    '| Type or property | On AWS | Why not here |',
    '|---|---|---|',
    ...idle.map(({ type, properties, onAws, whyNot }) => {
      const names = properties
        ?.split(' ')
        .map((name) => `\`${name}\``)
        .join(', ');
      return `| ${type}${names === undefined ? '' : `: ${names}`} | ${onAws} | ${whyNot} |`;
    }),
  ].join('\n');
