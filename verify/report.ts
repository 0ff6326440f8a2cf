import type { Verdict } from './explanations.ts';
import type { Finding } from './findings.ts';

/** One check's part of the report. */
export interface Section {
  readonly name: string;
  /** What the check looked at, such as `40 templates`. */
  readonly of: string;
  readonly verdict: Verdict;
}

/** How many findings of one rule are shown. */
const SHOWN = 5;

/** A line for each check that holds; for each other one what was found, where, and what to do. */
export const reportOf = ({ name, of, verdict }: Section): string => {
  const { open, unused, explained } = verdict;
  const head = `${name.padEnd(12)} ${of}${explained > 0 ? `, ${explained} findings explained` : ''}`;
  if (open.length === 0 && unused.length === 0) return `✓ ${head}`;
  const byRule = [...Map.groupBy(open, ({ rule }) => rule).values()];
  return [
    `✗ ${head}, ${open.length} open`,
    ...byRule.flatMap(findingLines),
    ...unused.map(
      ({ rule, where }) =>
        `    ${rule}  ${where}: explained, but not found any more: remove it from explanations.yml`,
    ),
  ].join('\n');
};

const findingLines = (findings: readonly Finding[]): string[] => {
  const rest = findings.slice(SHOWN);
  return [
    `    ${findings[0]?.rule}`,
    ...findings
      .slice(0, SHOWN)
      .map(({ where, message, targets }) => `      ${where} [${targets.join(', ')}]: ${message}`),
    ...(rest.length > 0
      ? [
          `      and ${rest.length} more: ${rest
            .map(({ where }) => where)
            .join(', ')
            .slice(0, 400)}`,
        ]
      : []),
  ];
};
