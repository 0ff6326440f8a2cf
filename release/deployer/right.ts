/** What the deployer may do to some resources. */
export interface Right {
  readonly actions: readonly string[];
  /** ARNs, with `{stage}`, `{region}` and `{mailDomain}` to be filled in. */
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why the resources don't name the stage, where they don't. */
  readonly why?: string;
}

/** What CloudFormation fills in by itself, in a template. */
export const PARTITION = `\${AWS::Partition}`;
export const ACCOUNT = `\${AWS::AccountId}`;

type Resources = string | readonly string[];

/** `on(table, 'dynamodb', 'CreateTable DescribeTable')`. */
export const on = (
  resources: Resources,
  service: string,
  verbs: string,
  more: Pick<Right, 'condition' | 'why'> = {},
): Right => ({
  actions: verbs.split(/\s+/).map((verb) => `${service}:${verb}`),
  resources: [resources].flat(),
  ...more,
});

/** An ARN in the stage's account and region. */
export const arn = (service: string, rest: string): string =>
  `arn:${PARTITION}:${service}:{region}:${ACCOUNT}:${rest}`;

/** An ARN in the stage's account, of a service that is the same in every region. */
export const globalArn = (service: string, rest: string): string =>
  `arn:${PARTITION}:${service}::${ACCOUNT}:${rest}`;

/** What every name of ours starts with: see `physicalName` in packages/resources. */
export const OURS = 'emporium-*-{stage}-*';
