import type { Cloud } from '../cloud.ts';
import type { StateMachine } from './asl/definition.ts';
import { parseDefinition } from './asl/validate.ts';

interface Properties {
  readonly DefinitionString?: unknown;
  readonly Definition?: unknown;
  readonly DefinitionSubstitutions?: Readonly<Record<string, unknown>>;
  readonly RoleArn: string;
  readonly StateMachineType?: 'STANDARD' | 'EXPRESS';
}

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The definition as JSON text. */
  readonly text: string;
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

/** The state machines of the templates, by ARN. Throws for a definition that AWS would refuse to deploy. */
export const readMachines = (cloud: Cloud): ReadonlyMap<string, Machine> => {
  const machines = new Map<string, Machine>();
  for (const { arn, logicalId, properties, service } of cloud.ofType<Properties>(
    'AWS::StepFunctions::StateMachine',
  )) {
    const text = definitionText(properties);
    try {
      definitionOf(text);
    } catch (error) {
      throw new Error(`${logicalId} of ${service}: ${(error as Error).message}`);
    }
    const name = arn.split(':').at(-1) ?? logicalId;
    machines.set(arn, {
      arn,
      name,
      roleArn: properties.RoleArn,
      type: properties.StateMachineType ?? 'STANDARD',
      text,
    });
  }
  return machines;
};
