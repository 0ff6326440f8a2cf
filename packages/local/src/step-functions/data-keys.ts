import { AwsError, type Cloud } from '../cloud.ts';
import type { Machine } from './machines.ts';

/** Gets the key that the data of a machine's executions would be encrypted with; rejects where its role may not. */
export type DataKeys = (machine: Machine) => Promise<void>;

/** Step Functions' own names for what KMS says. */
const refusals: Readonly<Record<string, string>> = {
  AccessDeniedException: 'KmsAccessDeniedException',
  DisabledException: 'KmsInvalidStateException',
  NotFoundException: 'KmsAccessDeniedException',
};

/** Asks KMS as a machine's role, and again when the key's time is over. Nothing is encrypted with what it gives. */
export const createDataKeys = (cloud: Pick<Cloud, 'call'>, now: () => number): DataKeys => {
  const goodUntil = new Map<string, number>();
  return async ({ arn, name, roleArn, encryption }) => {
    const { Type, KmsKeyId: KeyId, KmsDataKeyReusePeriodSeconds: reuse = 300 } = encryption;
    if (Type !== 'CUSTOMER_MANAGED_KMS_KEY' || now() < (goodUntil.get(arn) ?? 0)) return;
    const caller = { kind: 'role', roleArn, name } as const;
    const EncryptionContext = { 'aws:states:stateMachineArn': arn };
    try {
      const { CiphertextBlob } = await cloud.call<{ CiphertextBlob: string }>(
        caller,
        'kms',
        'GenerateDataKey',
        { KeyId, KeySpec: 'AES_256', EncryptionContext },
      );
      await cloud.call(caller, 'kms', 'Decrypt', { KeyId, CiphertextBlob, EncryptionContext });
    } catch (error) {
      const code = error instanceof AwsError ? refusals[error.code] : undefined;
      throw code === undefined ? error : new AwsError(code, (error as AwsError).message);
    }
    goodUntil.set(arn, now() + reuse * 1000);
  };
};
