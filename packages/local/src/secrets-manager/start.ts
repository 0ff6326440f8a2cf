import { type Api, AwsError, type Cloud, type Resource, type Running } from '../cloud.ts';
import { type GenerateSecretString, generateSecret } from './generate.ts';

interface Secret {
  readonly Name?: string;
  readonly SecretString?: string;
  readonly GenerateSecretString?: GenerateSecretString;
}

interface StoredSecret {
  readonly value: string;
  readonly createdAt: string;
}

/** Secrets Manager: the secrets of the templates. One that AWS would make up is made up once and kept. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const store = cloud.store('secrets');
  const secrets = cloud.ofType<Secret>('AWS::SecretsManager::Secret');

  const secretOf = ({ arn, properties }: Resource<Secret>): StoredSecret => {
    const known = store.get<StoredSecret>(arn);
    const { SecretString, GenerateSecretString } = properties;
    if (known !== undefined && (SecretString === undefined || SecretString === known.value)) return known;
    const value = SecretString ?? generateSecret(GenerateSecretString ?? {});
    const made = { value, createdAt: new Date().toISOString() };
    store.put(arn, made);
    return made;
  };
  // By ARN, by ARN without the six characters that AWS adds, or by name.
  const find = (id: string) =>
    secrets.find(({ arn, properties }) => [arn, arn.slice(0, -7), properties.Name].includes(id));

  return {
    api: {
      permissions: (action: string, { SecretId }: { SecretId: string }) => [
        { action: `secretsmanager:${action}`, resource: find(SecretId)?.arn ?? SecretId },
      ],
      handle: async (action: string, { SecretId }: { SecretId: string }) => {
        if (action !== 'GetSecretValue') {
          throw new AwsError('UnknownOperationException', `secretsmanager:${action} does not run locally`);
        }
        const secret = find(SecretId);
        if (secret === undefined) {
          throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
        }
        const { value, createdAt } = secretOf(secret);
        return {
          ARN: secret.arn,
          Name: secret.properties.Name,
          SecretString: value,
          VersionId: 'local-local-local-local-local-local',
          VersionStages: ['AWSCURRENT'],
          CreatedDate: new Date(createdAt),
        };
      },
    },
    stop: async () => {},
  };
};
