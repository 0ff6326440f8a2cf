import { AwsError, type Cloud } from '../cloud.ts';
import type { Input } from './input.ts';
import type { Rotation, SecretRecord } from './record.ts';
import type { Rotations } from './rotation.ts';
import { intervalOf } from './rotation-rules.ts';
import type { Secrets } from './secrets.ts';

interface Schedule {
  readonly SecretId: string;
  readonly RotationLambdaARN?: string;
  readonly HostedRotationLambda?: object;
  readonly RotationRules?: Input['RotationRules'];
  readonly RotateImmediatelyOnUpdate?: boolean | string;
}

interface Settings {
  readonly RotationLambdaARN?: string | undefined;
  readonly RotationRules?: Input['RotationRules'] | undefined;
}

/** What a rotation is from now on; the next one is due an interval after the last, or after now. */
const configured = (record: SecretRecord, settings: Settings, now: number): SecretRecord => {
  const { nextAt, ...rotation }: Partial<Rotation> = record.rotation ?? {};
  const lambdaArn = settings.RotationLambdaARN ?? rotation.lambdaArn;
  if (lambdaArn === undefined) {
    const message = 'No Lambda rotation function ARN is associated with this secret.';
    throw new AwsError('InvalidRequestException', message);
  }
  const rules = settings.RotationRules ?? rotation.rules;
  const interval = intervalOf(rules);
  const next: Rotation = {
    ...rotation,
    enabled: true,
    lambdaArn,
    ...(rules !== undefined && { rules }),
    ...(interval !== undefined && { nextAt: (rotation.rotatedAt ?? now) + interval }),
  };
  return { ...record, rotation: next };
};

/** The actions of rotation. */
export const createRotate = (cloud: Cloud, secrets: Secrets, rotations: Rotations, now: () => number) => {
  const refuseUninvocable = async (record: SecretRecord): Promise<void> => {
    const caller = {
      kind: 'service',
      principal: 'secretsmanager.amazonaws.com',
      sourceArn: record.arn,
    } as const;
    const FunctionName = record.rotation?.lambdaArn;
    try {
      await cloud.call(caller, 'lambda', 'Invoke', { FunctionName, InvocationType: 'DryRun' });
    } catch (error) {
      if ((error as AwsError).code === 'AccessDeniedException') {
        const message =
          'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.';
        throw new AwsError('AccessDeniedException', message);
      }
      throw error;
    }
  };

  const rotate = (input: Input) =>
    secrets.change(input.SecretId, async (record) => {
      const settled = configured(record, input, now());
      await refuseUninvocable(settled);
      secrets.save(settled);
      const begun = rotations.rotate(settled, input);
      secrets.save(begun);
      rotations.wake();
      return { ARN: record.arn, Name: record.name, VersionId: begun.rotation?.run?.token };
    });

  const actions = {
    RotateSecret: rotate,
    CancelRotateSecret: (input: Input) =>
      secrets.change(input.SecretId, async (record) => {
        if (record.rotation === undefined) {
          const message = 'No Lambda rotation function ARN is associated with this secret.';
          throw new AwsError('InvalidRequestException', message);
        }
        const { run, nextAt, ...rotation } = record.rotation;
        secrets.save({ ...record, rotation: { ...rotation, enabled: false } });
        return { ARN: record.arn, Name: record.name, ...(run !== undefined && { VersionId: run.token }) };
      }),
  };

  /** Acts on the schedules of the templates where they are new or changed, as a deployment does. */
  const deploySchedules = async (): Promise<void> => {
    for (const { service, logicalId, properties } of cloud.ofType<Schedule>(
      'AWS::SecretsManager::RotationSchedule',
    )) {
      const { SecretId, HostedRotationLambda, RotateImmediatelyOnUpdate = true, ...settings } = properties;
      if (HostedRotationLambda !== undefined) {
        cloud.log.warn(
          'secretsmanager',
          `${service}.${logicalId}: a HostedRotationLambda does not run locally`,
        );
        continue;
      }
      const record = secrets.find(SecretId);
      const rotationTemplate = JSON.stringify(settings);
      if (record.rotationTemplate === rotationTemplate) continue;
      try {
        const RotateImmediately = String(RotateImmediatelyOnUpdate) === 'true';
        await rotate({ SecretId, ...numbered(settings), RotateImmediately });
        await secrets.change(SecretId, async (latest) => secrets.save({ ...latest, rotationTemplate }));
      } catch (error) {
        cloud.log.error('secretsmanager', `${service}.${logicalId}: ${(error as Error).message}`);
      }
    }
    rotations.wake();
  };
  return { actions, deploySchedules };
};

/** A template may write a number as text. */
const numbered = ({ RotationRules: rules, ...settings }: Settings): Settings => ({
  ...settings,
  ...(rules !== undefined && {
    RotationRules: {
      ...rules,
      ...(rules.AutomaticallyAfterDays !== undefined && {
        AutomaticallyAfterDays: Number(rules.AutomaticallyAfterDays),
      }),
    },
  }),
});
