import { validateHeaderValue } from 'node:http';
import type { Cloud } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import type { CustomHeader, DistributionConfig } from './distribution-config.ts';

const SECRET =
  /\{\{resolve:secretsmanager:(.+?)(?::SecretString(?::([^:}]*)(?::([^:}]*)(?::([^:}]*))?)?)?)?\}\}/g;

/** A distribution's configuration with the secrets of its custom headers in it, which CloudFormation reads when it deploys. */
export const withSecrets = async (
  cloud: Cloud,
  config: DistributionConfig,
  place: string,
): Promise<DistributionConfig> => {
  const resolve = async ({ HeaderName, HeaderValue }: CustomHeader, originId: string) => ({
    HeaderName,
    HeaderValue: await resolveSecrets(
      cloud,
      HeaderValue,
      `${place}: origin ${originId}: header ${HeaderName}`,
    ),
  });
  const Origins = config.Origins.map(async ({ OriginCustomHeaders: headers, ...origin }) => ({
    ...origin,
    ...(headers && {
      OriginCustomHeaders: await Promise.all(headers.map((header) => resolve(header, origin.Id))),
    }),
  }));
  return { ...config, Origins: await Promise.all(Origins) };
};

/** `OriginCustomHeaders`, by lower-case name. Throws a StartError for a value that no header can have. */
export const customHeadersOf = (headers: readonly CustomHeader[], place: string): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const { HeaderName, HeaderValue } of headers) {
    try {
      validateHeaderValue(HeaderName, HeaderValue);
    } catch {
      throw new StartError(`${place}: header ${HeaderName} has a value that no header can have`);
    }
    result[HeaderName.toLowerCase()] = HeaderValue;
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
