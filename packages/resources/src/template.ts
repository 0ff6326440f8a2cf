/** An intrinsic function, such as `{ Ref: 'OrdersTable' }`. */
export type Intrinsic =
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [logicalId: string, attribute: string] }
  | { readonly 'Fn::Sub': string };

/** A text, or what CloudFormation makes one of. */
export type Value = string | Intrinsic;

export interface TemplateResource {
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: 'Retain';
  readonly UpdateReplacePolicy?: 'Retain';
  readonly UpdatePolicy?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The `Resources` of a template, by logical id. */
export type TemplateResources = Readonly<Record<string, TemplateResource>>;

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  /** Absent where the policy's owner is the resource. */
  readonly Resource?: readonly Value[];
  readonly Principal?: Readonly<Record<string, Value>>;
  readonly Condition?: Conditions;
}

/** By operator, what the keys of a request's context have to be. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, Value | readonly Value[]>>>>;

/** Where a stage's caches are. */
export interface CacheSettings {
  readonly engine: 'memory' | 'valkey';
  /** A server that is there already. No stack makes one then. */
  readonly url?: string;
  /** What a cache may come to hold, in GB, and to do a second, in ElastiCache's units: both are billed. */
  readonly maxStorageGb?: number;
  readonly maxEcpuPerSecond?: number;
  /** The managed prefix list of DynamoDB's addresses, where the region's is not known. */
  readonly dynamodbPrefixList?: string;
}

/** A stage's column of `services/stages.yml`. */
export interface StageSettings {
  readonly logRetentionInDays: number;
  /** How a new version of a function gets its traffic: `all-at-once`, or step by step as CodeDeploy's configuration of that name says. */
  readonly release: string;
  readonly cache: CacheSettings;
}

/** What a resource's names and settings depend on. */
export interface Stage {
  readonly stage: string;
  readonly settings: StageSettings;
  /** Of the service's own stack. */
  readonly region: string;
  /** Where the stage's contexts are: the region of all stacks but the edge's. */
  readonly stageRegion: string;
  /** The domain from which the stage sends e-mail. */
  readonly mailDomain: string;
}

/** What survives the removal of its stack, and its own replacement. */
export const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } as const;

/** The laptop's stage: what it keeps may be thrown away. */
export const isLocal = ({ stage }: Pick<Stage, 'stage'>): boolean => stage === 'local';

/** The alias of a function through which everything invokes it, where the stage releases step by step. */
export const aliasOf = ({ settings }: Pick<Stage, 'settings'>): 'live' | undefined =>
  settings.release === 'all-at-once' ? undefined : 'live';

/** `Fn::Sub` where there is something to fill in, the text itself otherwise. */
export const sub = (text: string): Value => (text.includes('${') ? { 'Fn::Sub': text } : text);

/** The account's id. */
export const accountId: Intrinsic = { Ref: 'AWS::AccountId' };

export const getAtt = (id: string, attribute: string): Intrinsic => ({ 'Fn::GetAtt': [id, attribute] });

export const allow = (actions: readonly string[], ...resources: readonly [Value, ...Value[]]): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});

export const policyDocument = (statements: readonly Statement[]) => ({
  Version: '2012-10-17',
  Statement: statements,
});
