import type { DomainSettings } from '../cloudformation/domain.ts';
import type { StageSettings, TemplateResource, Value } from '../template.ts';
import type { KeptResources } from './kept.ts';
import type { InvalidateEvent, OutboxEvent, StreamEvent, SubscribeEvent } from './schema.ts';

/** A function of `serverless.yml`, as far as the plugin reads or writes it. */
export interface FunctionConfig {
  name: string;
  handler: string;
  timeout?: number;
  link?: Record<string, string[]>;
  events?: (Partial<SubscribeEvent & OutboxEvent & StreamEvent & InvalidateEvent> &
    Record<string, unknown>)[];
  environment?: Record<string, Value>;
  role?: Value;
  vpc?: { securityGroupIds: Value[]; subnetIds: Value[] };
  /** What the framework's own events and permissions point at, in place of the function. */
  targetAlias?: { readonly name: string; readonly logicalId: string };
  /** The `AWS::Lambda::Version` that the framework made of the function, once it has. */
  versionLogicalId?: string;
}

/** A workflow under `stepFunctions`, as far as the plugin reads or writes it. */
export interface WorkflowConfig {
  readonly definition: object;
}

/** What the framework hands a plugin, as far as this one uses it. */
export interface Serverless {
  readonly serviceDir: string;
  readonly processedInput: { readonly commands: readonly string[] };
  /** `Error` with a code is what the framework prints without a stack. */
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  readonly configSchemaHandler: {
    defineFunctionProperties(provider: string, schema: object): void;
    defineFunctionEvent(provider: string, name: string, schema: object): void;
  };
  readonly service: {
    readonly service: string;
    readonly functions?: Record<string, FunctionConfig>;
    readonly custom: {
      readonly region: string;
      readonly mailDomain: string;
      readonly domain?: DomainSettings;
      readonly stage: StageSettings;
    };
    readonly provider: {
      environment?: Record<string, Value>;
      timeout?: number;
      versionFunctions?: boolean;
      readonly compiledCloudFormationTemplate?: { readonly Resources: KeptResources };
      pruneFunctionVersions?: { readonly number: number };
      httpApi?: { authorizers?: Record<string, { issuerUrl?: Value; audience?: Value | Value[] }> };
    };
    readonly stepFunctions?: { readonly stateMachines: Record<string, WorkflowConfig> };
    resources?: { Resources?: Record<string, TemplateResource> };
  };
  getProvider(name: 'aws'): {
    getStage(): string;
    getRegion(): string;
    /** Of the SDK's clients: region and credentials. */
    getAwsSdkV3Config(): Promise<object>;
    readonly naming: {
      getStackName(): string;
      getLambdaLogicalId(key: string): string;
      getLogGroupName(functionName: string): string;
    };
  };
}
