import { parse } from 'yaml';
import { glob } from '../packages/local/src/iam/glob.ts';
import { StartError } from '../packages/local/src/start-error.ts';
import type { Finding } from './findings.ts';

/** Why a finding is all right. */
export interface Explanation {
  /** Both may hold `*`. */
  readonly rule: string;
  readonly where: string;
  readonly reason: string;
}

/** By the section of a check. */
export type Explanations = Readonly<Record<string, readonly Explanation[]>>;

export interface Verdict {
  /** What is neither fixed nor explained. */
  readonly open: readonly Finding[];
  readonly explained: number;
  /** What explains nothing any more. */
  readonly unused: readonly Explanation[];
}

/**
 * Reads `explanations.yml`.
 *
 * @throws StartError that names the entry without a rule, a place or a reason.
 */
export const parseExplanations = (text: string, sections: readonly string[]): Explanations => {
  const read: Record<string, Explanation[]> = {};
  for (const [section, entries] of Object.entries(parse(text) ?? {})) {
    if (!sections.includes(section)) {
      throw new StartError(
        `explanations.yml: there is no check "${section}": the sections are ${sections.join(', ')}`,
      );
    }
    read[section] = ((entries ?? []) as unknown[]).map((entry, index) =>
      checked(entry, `${section}[${index}]`),
    );
  }
  return read;
};

const FIELDS = ['rule', 'where', 'reason'] as const;

const checked = (entry: unknown, at: string): Explanation => {
  const fields = (entry ?? {}) as Record<string, unknown>;
  for (const field of FIELDS) {
    const value = fields[field];
    if (typeof value !== 'string' || value.trim() === '') {
      throw new StartError(
        `explanations.yml: ${at} has no ${field}: an explanation has ${FIELDS.join(', ')}`,
      );
    }
  }
  const unknown = Object.keys(fields).find((name) => !FIELDS.some((field) => field === name));
  if (unknown !== undefined) throw new StartError(`explanations.yml: ${at} has a field "${unknown}"`);
  return fields as unknown as Explanation;
};

/** Compares what was found with what is explained. */
export const judge = (findings: readonly Finding[], explanations: readonly Explanation[]): Verdict => {
  const compiled = explanations.map((each) => ({ each, rule: glob(each.rule), where: glob(each.where) }));
  const used = new Set<Explanation>();
  const open = findings.filter((finding) => {
    const fitting = compiled.filter(({ rule, where }) => rule(finding.rule) && where(finding.where));
    for (const { each } of fitting) used.add(each);
    return fitting.length === 0;
  });
  return {
    open,
    explained: findings.length - open.length,
    unused: explanations.filter((each) => !used.has(each)),
  };
};
