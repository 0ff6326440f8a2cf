import { createHash, randomUUID } from 'node:crypto';
import { AwsError, type Cloud, type Resource } from '../cloud.ts';
import { type GenerateSecretString, generateSecret } from './generate.ts';
import { CURRENT, putVersion, type SecretRecord } from './record.ts';
import { reseal, sealValue } from './vault.ts';

interface Template {
  readonly Name?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly SecretString?: string;
  readonly GenerateSecretString?: GenerateSecretString;
}

/** The secrets, as they are kept in the data folder. */
export interface Secrets {
  /** By ARN, by ARN without the six characters that AWS adds, or by name. Throws ResourceNotFoundException. */
  find(id: string | undefined): SecretRecord;
  list(): readonly SecretRecord[];
  save(record: SecretRecord): void;
  /** Changes a secret while nobody else does. */
  change<T>(id: string | undefined, work: (record: SecretRecord) => Promise<T>): Promise<T>;
}

export const openSecrets = async (cloud: Cloud, now: () => number): Promise<Secrets> => {
  const store = cloud.store('secrets-manager');
  const records = new Map<string, SecretRecord>();
  const queues = new Map<string, Promise<unknown>>();
  const save = (record: SecretRecord) => {
    store.put(record.arn, record);
    records.set(record.arn, record);
  };
  for (const resource of cloud.ofType<Template>('AWS::SecretsManager::Secret')) {
    const known = store.get<SecretRecord>(resource.arn);
    const deployed = await deploy(cloud, resource, known, now());
    if (deployed === known) records.set(resource.arn, deployed);
    else save(deployed);
  }

  const find = (id: string | undefined): SecretRecord => {
    if (id === undefined || id === '') {
      throw new AwsError(
        'ValidationException',
        "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null",
      );
    }
    const byArn = records.get(id);
    if (byArn !== undefined) return byArn;
    for (const record of records.values()) {
      if (record.name === id || record.arn.slice(0, -7) === id) return record;
    }
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };
  return {
    find,
    list: () => [...records.values()],
    save,
    change: (id, work) => {
      const { arn } = find(id);
      const before = queues.get(arn) ?? Promise.resolve();
      const mine = before.then(() => work(find(arn)));
      queues.set(
        arn,
        mine.catch(() => {}),
      );
      return mine;
    },
  };
};

/** What a deployment makes of a secret: a value is set, or made up, only where the template says something new about it. */
const deploy = async (
  cloud: Cloud,
  { arn, properties }: Resource<Template>,
  known: SecretRecord | undefined,
  now: number,
): Promise<SecretRecord> => {
  const { Name = arn.split(':').at(-1)?.slice(0, -7) ?? arn, Description, KmsKeyId } = properties;
  const { SecretString, GenerateSecretString } = properties;
  // A hash, as the value itself may be kept encrypted only.
  const valueTemplate = createHash('sha256')
    .update(JSON.stringify([SecretString, GenerateSecretString]))
    .digest('hex');
  const before = known ?? { arn, name: Name, createdAt: now, changedAt: now, versions: {} };
  const described: SecretRecord = {
    ...(before.kmsKeyId === KmsKeyId || KmsKeyId === undefined
      ? before
      : await reseal(cloud, before, KmsKeyId)),
    name: Name,
    valueTemplate,
    ...(Description !== undefined && { description: Description }),
    ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
  };
  if (known?.valueTemplate === valueTemplate) {
    return JSON.stringify(described) === JSON.stringify(known) ? known : described;
  }
  const value = { SecretString: SecretString ?? generateSecret(GenerateSecretString ?? {}) };
  const versionId = randomUUID();
  const sealed = await sealValue(cloud, value, { arn, kmsKeyId: KmsKeyId, versionId });
  return putVersion(described, versionId, { value: sealed, stages: [CURRENT], createdAt: now });
};
