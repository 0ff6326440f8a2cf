import { ConfigurationError } from '../errors.ts';
import { linkVariable } from '../handles.ts';
import { grant, levelsOf, linkValue, type Target } from '../links.ts';
import { suggest } from '../suggest.ts';
import type { Stage, Statement, Value } from '../template.ts';
import { type Contexts, list } from './contexts.ts';

/** One line of a `link`, its names checked. */
export interface Link {
  readonly target: Target;
  readonly levels: readonly string[];
}

/**
 * Reads a `link`.
 *
 * @throws ConfigurationError that says what would be right, for a resource or a level that doesn't exist.
 */
export const readLinks = (
  link: Readonly<Record<string, readonly string[]>>,
  contexts: Contexts,
  where: string,
): Promise<Link[]> =>
  Promise.all(
    Object.entries(link).map(async ([reference, levels]) => {
      const target = await contexts.find(reference, where);
      for (const level of levels) checkLevel(target, reference, level, where);
      return { target, levels };
    }),
  );

const checkLevel = ({ definition }: Target, reference: string, level: string, where: string): void => {
  const levels = levelsOf(definition.kind);
  if (levels.includes(level)) return;
  throw new ConfigurationError(
    `${where}: "${level}" can't be granted on ${reference}.${suggest(level, levels)} A ${definition.kind} has ${list(levels)}.`,
  );
};

/** The variables that the links set. */
export const linkEnvironment = (links: readonly Link[], stage: Stage): Record<string, Value> =>
  Object.fromEntries(
    links.map(({ target }) => [linkVariable(target.context, target.name), linkValue(target, stage)]),
  );

/** What the links allow. */
export const linkStatements = (links: readonly Link[], stage: Stage): Statement[] =>
  withoutRepeats(
    links.flatMap(({ target, levels }) => levels.flatMap((level) => grant(target, level, stage))),
  );

/** Reading and writing need the same of a table's key. */
const withoutRepeats = (statements: readonly Statement[]): Statement[] => [
  ...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values(),
];
