import { AwsError, type Cloud, type Running } from '../cloud.ts';
import { StartError } from '../start-error.ts';

const REFERENCE = /\{\{resolve:(secretsmanager|ssm-secure):([^}]+)\}\}/g;

/**
 * Puts the current values of secrets in the place of `{{resolve:secretsmanager:…}}` and `{{resolve:ssm-secure:…}}`.
 * Whoever needs a rotated value at once asks again at each use.
 *
 * @throws StartError that names the reference, where there is no such secret, version or key.
 */
export const resolveDynamic = async (cloud: Pick<Cloud, 'call'>, text: string): Promise<string> => {
  let resolved = text;
  for (const [reference, service, rest = ''] of text.matchAll(REFERENCE)) {
    const value = await (service === 'ssm-secure' ? readParameter : readSecret)(cloud, rest).catch(
      (error: unknown) => {
        if (!(error instanceof AwsError || error instanceof StartError)) throw error;
        throw new StartError(`Cannot resolve ${reference}: ${error.message}`);
      },
    );
    resolved = resolved.replaceAll(reference, () => value);
  }
  return resolved;
};

const root = { kind: 'root' } as const;

/** `secret-id:SecretString:json-key:version-stage:version-id`; the id may be an ARN, and all but it may be left out. */
const readSecret = async (cloud: Pick<Cloud, 'call'>, rest: string): Promise<string> => {
  const parts = rest.split(':');
  const SecretId = parts.splice(0, rest.startsWith('arn:') ? 7 : 1).join(':');
  const [kind = 'SecretString', key = '', VersionStage = '', VersionId = ''] = parts;
  if (kind !== 'SecretString') throw new StartError(`a secret has a SecretString, and no "${kind}"`);
  const { SecretString = '' } = await cloud.call<{ SecretString?: string }>(
    root,
    'secretsmanager',
    'GetSecretValue',
    { SecretId, ...(VersionStage && { VersionStage }), ...(VersionId && { VersionId }) },
  );
  return key === '' ? SecretString : valueAt(SecretString, key);
};

const valueAt = (secret: string, key: string): string => {
  try {
    const values = JSON.parse(secret) as Record<string, unknown>;
    if (typeof values === 'object' && Object.hasOwn(values ?? {}, key)) return String(values[key]);
  } catch {
    throw new StartError(`the secret is no JSON object, so it has no key "${key}"`);
  }
  throw new StartError(`the secret has no key "${key}"`);
};

/** `name:version`; the version may be left out. */
const readParameter = async (cloud: Pick<Cloud, 'call'>, rest: string): Promise<string> => {
  const input = { Name: rest.replace(/:\d+$/, ''), WithDecryption: true };
  const { Parameter } = await cloud.call<{ Parameter: { Value: string } }>(
    root,
    'ssm',
    'GetParameter',
    input,
  );
  return Parameter.Value;
};

/**
 * Puts secrets into the resources of all templates, once Secrets Manager runs and before anything reads them. Not into
 * those of the edge, which asks at each request: CloudFront is told of a rotated value, and nothing else is.
 */
export const start = async (cloud: Cloud): Promise<Running> => {
  for (const { type, properties } of cloud.resources) {
    if (type !== 'AWS::CloudFront::Distribution') await replaceIn(cloud, properties);
  }
  return { stop: async () => {} };
};

const replaceIn = async (cloud: Cloud, holder: object): Promise<void> => {
  for (const [key, value] of Object.entries(holder)) {
    if (typeof value === 'string' && value.includes('{{resolve:')) {
      Object.assign(holder, { [key]: await resolveDynamic(cloud, value) });
    } else if (typeof value === 'object' && value !== null) await replaceIn(cloud, value);
  }
};
