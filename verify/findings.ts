/** Something that a check found. */
export interface Finding {
  /** The rule that is broken, such as `CKV_AWS_18` or `dynamodb:Scan`. */
  readonly rule: string;
  /** `<service>.<logical id>`, or the service alone. */
  readonly where: string;
  readonly message: string;
  /** The targets in which it shows. */
  readonly targets: readonly string[];
}

/** The same finding in several stages is one finding. */
export const merged = (findings: readonly Finding[]): Finding[] =>
  [...Map.groupBy(findings, ({ rule, where }) => `${rule} ${where}`).values()].map((same) => ({
    ...(same[0] as Finding),
    targets: [...new Set(same.flatMap(({ targets }) => targets))],
  }));
