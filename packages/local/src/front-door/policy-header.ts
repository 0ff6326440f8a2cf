/** A header that a policy sets; without `override`, only where the origin did not. */
export interface PolicyHeader {
  readonly name: string;
  readonly value: string;
  readonly override: boolean;
}
