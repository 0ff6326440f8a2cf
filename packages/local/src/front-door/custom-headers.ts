import { validateHeaderValue } from 'node:http';
import type { Cloud } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import type { OriginConfig } from './distribution-config.ts';

const SECRET =
  /\{\{resolve:secretsmanager:(.+?)(?::SecretString(?::([^:}]*)(?::([^:}]*)(?::([^:}]*))?)?)?)?\}\}/g;

/** `OriginCustomHeaders`, by lower-case name, with their secrets, which CloudFormation reads when it deploys. */
export const customHeadersOf = async (
  cloud: Cloud,
  headers: NonNullable<OriginConfig['OriginCustomHeaders']>,
  place: string,
): Promise<Record<string, string>> => {
  const result: Record<string, string> = {};
  for (const { HeaderName, HeaderValue } of headers) {
    const at = `${place}: header ${HeaderName}`;
    const value = await resolveSecrets(cloud, HeaderValue, at);
    try {
      validateHeaderValue(HeaderName, value);
    } catch {
      throw new StartError(`${at} has a value that no header can have`);
    }
    result[HeaderName.toLowerCase()] = value;
  }
  return result;
};

const resolveSecrets = async (cloud: Cloud, text: string, place: string): Promise<string> => {
  let resolved = text;
  for (const [reference, id = '', key = '', stage = '', version = ''] of text.matchAll(SECRET)) {
    const input = {
      SecretId: id,
      ...(stage !== '' && { VersionStage: stage }),
      ...(version !== '' && { VersionId: version }),
    };
    const secret = await cloud
      .call<{ SecretString?: string }>({ kind: 'root' }, 'secretsmanager', 'GetSecretValue', input)
      .catch((error: Error) => {
        throw new StartError(`${place}: ${reference} can't be resolved: ${error.message}`);
      });
    resolved = resolved.replace(reference, () =>
      readKey(secret.SecretString ?? '', key, `${place}: ${reference}`),
    );
  }
  if (resolved.includes('{{resolve:')) {
    throw new StartError(`${place} has "${text}": only {{resolve:secretsmanager:…}} is resolved here`);
  }
  return resolved;
};

const readKey = (secret: string, key: string, place: string): string => {
  if (key === '') return secret;
  const value = parse(secret)?.[key];
  if (value === undefined) throw new StartError(`${place}: the secret has no JSON key "${key}"`);
  return String(value);
};

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
};
