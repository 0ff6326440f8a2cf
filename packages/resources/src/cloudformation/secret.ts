import type { SecretDefinition } from '../definitions.ts';
import { ownKey } from '../key.ts';
import { type Address, logicalId, pathName } from '../naming.ts';
import { retained, type Stage, type TemplateResources } from '../template.ts';
import { invokedArn } from './release.ts';

/** A secret with a random value, and the schedule on which its function rotates it. */
export const secretTemplate = (
  address: Address,
  definition: SecretDefinition,
  stage: Stage,
): TemplateResources => {
  const { description, rotation, replicated = false, retained: isRetained = true } = definition;
  const { region, stageRegion } = stage;
  return {
    [address.name]: {
      Type: 'AWS::SecretsManager::Secret',
      ...(isRetained && retained),
      Properties: {
        Name: pathName(address, stage.stage),
        ...(description && { Description: description }),
        // A key of one region can't open what is replicated to another.
        ...(!replicated && { KmsKeyId: ownKey }),
        GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
        ...(replicated && stageRegion !== region && { ReplicaRegions: [{ Region: stageRegion }] }),
      },
    },
    ...(rotation && rotationTemplate(address.name, rotation, stage)),
  };
};

const rotationTemplate = (
  name: string,
  rotation: NonNullable<SecretDefinition['rotation']>,
  stage: Stage,
): TemplateResources => {
  const lambda = invokedArn(rotation.function, `${logicalId(rotation.function)}LambdaFunction`, stage);
  return {
    [`${name}RotationPermission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: lambda,
        Action: 'lambda:InvokeFunction',
        Principal: 'secretsmanager.amazonaws.com',
        SourceArn: { Ref: name },
      },
    },
    [`${name}Rotation`]: {
      Type: 'AWS::SecretsManager::RotationSchedule',
      // Secrets Manager tries at once whether it may invoke the function.
      DependsOn: [`${name}RotationPermission`],
      Properties: {
        SecretId: { Ref: name },
        RotationLambdaARN: lambda,
        RotationRules: { AutomaticallyAfterDays: rotation.days },
      },
    },
  };
};
