import type { Cloud, Store } from '../cloud.ts';
import type { StateMachine } from './asl/definition.ts';
import { parseDefinition } from './asl/validate.ts';
import { checkExpress } from './express-checks.ts';

interface Properties {
  readonly DefinitionString?: unknown;
  readonly Definition?: unknown;
  readonly DefinitionSubstitutions?: Readonly<Record<string, unknown>>;
  readonly RoleArn: string;
  readonly StateMachineType?: 'STANDARD' | 'EXPRESS';
  readonly LoggingConfiguration?: Logging;
  readonly TracingConfiguration?: { readonly Enabled?: boolean };
  readonly EncryptionConfiguration?: Encryption;
}

interface Encryption {
  readonly Type?: 'AWS_OWNED_KEY' | 'CUSTOMER_MANAGED_KMS_KEY';
  readonly KmsKeyId?: string;
  readonly KmsDataKeyReusePeriodSeconds?: number;
}

interface Logging {
  readonly Level?: string;
  readonly IncludeExecutionData?: boolean;
  readonly Destinations?: readonly { readonly CloudWatchLogsLogGroup?: { readonly LogGroupArn?: string } }[];
}

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The definition as JSON text. */
  readonly text: string;
  /** When it was first seen: milliseconds since 1970. */
  readonly creationDate: number;
  readonly logging: Logging;
  readonly tracing: boolean;
  readonly encryption: Encryption;
}

const parsed = new Map<string, StateMachine>();

/** The definition of `text`, parsed once however many executions there are. */
export const definitionOf = (text: string): StateMachine => {
  const known = parsed.get(text) ?? parseDefinition(text);
  parsed.set(text, known);
  return known;
};

const definitionText = ({
  DefinitionString,
  Definition,
  DefinitionSubstitutions = {},
}: Properties): string => {
  const source = DefinitionString ?? Definition;
  const text = typeof source === 'string' ? source : JSON.stringify(source ?? null);
  return Object.entries(DefinitionSubstitutions).reduce(
    (whole, [name, value]) => whole.replaceAll(`\${${name}}`, String(value)),
    text,
  );
};

const firstSeen = (store: Store, arn: string): number => {
  const key = `machine/${arn}`;
  const known = store.get<number>(key);
  if (known !== undefined) return known;
  const now = Date.now();
  store.put(key, now);
  return now;
};

/** The state machines of the templates, by ARN. Throws for a definition that AWS would refuse to deploy. */
export const readMachines = (cloud: Cloud, store: Store): ReadonlyMap<string, Machine> => {
  const machines = new Map<string, Machine>();
  for (const { arn, logicalId, properties, service } of cloud.ofType<Properties>(
    'AWS::StepFunctions::StateMachine',
  )) {
    const text = definitionText(properties);
    const type = properties.StateMachineType ?? 'STANDARD';
    try {
      const definition = definitionOf(text);
      if (type === 'EXPRESS') checkExpress(definition);
    } catch (error) {
      throw new Error(`${logicalId} of ${service}: ${(error as Error).message}`);
    }
    machines.set(arn, {
      arn,
      name: arn.split(':').at(-1) ?? logicalId,
      roleArn: properties.RoleArn,
      type,
      text,
      creationDate: firstSeen(store, arn),
      logging: properties.LoggingConfiguration ?? {},
      tracing: properties.TracingConfiguration?.Enabled ?? false,
      encryption: properties.EncryptionConfiguration ?? {},
    });
  }
  return machines;
};
