import { XMLParser } from 'fast-xml-parser';
import { AwsError } from '../cloud.ts';
import type { Xml } from '../s3/xml.ts';
import type { DistributionConfig } from './distribution-config.ts';

/** Lists: what CloudFormation calls one, what CloudFront's API does, and what it calls an item. */
const LISTS = [
  ['Aliases', 'Aliases', 'CNAME'],
  ['AllowedMethods', 'AllowedMethods', 'Method'],
  ['CachedMethods', 'CachedMethods', 'Method'],
  ['CacheBehaviors', 'CacheBehaviors', 'CacheBehavior'],
  ['CustomErrorResponses', 'CustomErrorResponses', 'CustomErrorResponse'],
  ['FunctionAssociations', 'FunctionAssociations', 'FunctionAssociation'],
  ['LambdaFunctionAssociations', 'LambdaFunctionAssociations', 'LambdaFunctionAssociation'],
  ['OriginCustomHeaders', 'CustomHeaders', 'OriginCustomHeader'],
  ['Origins', 'Origins', 'Origin'],
  ['OriginSSLProtocols', 'OriginSslProtocols', 'SslProtocol'],
] as const;

/** Other members that go by two names. */
const NAMES = [
  ['AcmCertificateArn', 'ACMCertificateArn'],
  ['IPV6Enabled', 'IsIPV6Enabled'],
  ['SslSupportMethod', 'SSLSupportMethod'],
] as const;

const NUMBERS = new Set([
  ...['ErrorCachingMinTTL', 'ErrorCode', 'ResponseCode', 'HTTPPort', 'HTTPSPort'],
  ...['OriginReadTimeout', 'OriginKeepaliveTimeout', 'ConnectionAttempts', 'ConnectionTimeout'],
]);
const BOOLEANS = new Set([
  ...[
    'Compress',
    'Enabled',
    'IsIPV6Enabled',
    'CloudFrontDefaultCertificate',
    'IncludeBody',
    'IncludeCookies',
  ],
]);

const listOf = new Map(LISTS.map(([cfn, api, item]) => [cfn as string, { api, item }]));
const listFrom = new Map(LISTS.map(([cfn, api, item]) => [api as string, { cfn, item }]));
const nameOf = new Map<string, string>(NAMES);
const nameFrom = new Map<string, string>(NAMES.map(([cfn, api]) => [api, cfn]));

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null;

/** A configuration as CloudFront's API writes it: a list says how many it holds, and the cached methods stand below the allowed ones. */
export const toApi = (config: DistributionConfig, id: string): Xml =>
  ({ CallerReference: id, ...(membersToApi(config as unknown as Members) as object) }) as Xml;

const membersToApi = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(membersToApi);
  if (!isMembers(value)) return value;
  const { CachedMethods, ...members } = value;
  const result: Members = {};
  for (const [name, member] of Object.entries(members)) {
    const list = Array.isArray(member) ? listOf.get(name) : undefined;
    if (list === undefined) result[nameOf.get(name) ?? name] = membersToApi(member);
    else result[list.api] = listToApi(member as unknown[], list.item);
  }
  if (CachedMethods !== undefined && isMembers(result.AllowedMethods)) {
    result.AllowedMethods.CachedMethods = listToApi(CachedMethods as unknown[], 'Method');
  }
  return result;
};

const listToApi = (items: readonly unknown[], item: string): Members => ({
  Quantity: items.length,
  ...(items.length > 0 && { Items: { [item]: items.map(membersToApi) } }),
});

const parser = new XMLParser({
  parseTagValue: false,
  htmlEntities: true,
  isArray: (name, path) =>
    String(path).endsWith(`.Items.${name}`) && LISTS.some(([, , item]) => item === name),
});

/** The configuration that a request's XML holds, as CloudFormation would write it. Throws MalformedInput. */
export const fromApi = (body: Buffer): DistributionConfig => {
  try {
    const { DistributionConfig: config } = parser.parse(body.toString(), true) as Members;
    if (isMembers(config)) return membersFromApi(config) as DistributionConfig;
  } catch {
    // No XML at all: said below.
  }
  throw new AwsError('MalformedInput', 'The request body is not a DistributionConfig.');
};

const membersFromApi = (members: Members): unknown => {
  const result: Members = {};
  for (const [name, value] of Object.entries(members)) {
    // An empty element stands for what is not set.
    if (value === '' || name === 'CallerReference' || name.startsWith('@')) continue;
    const list = listFrom.get(name);
    if (list !== undefined) {
      const { Items, CachedMethods } = value as { Items?: Members; CachedMethods?: Members };
      const items = (Items?.[list.item] ?? []) as unknown[];
      result[list.cfn] = items.map((each) => (isMembers(each) ? membersFromApi(each) : each));
      if (CachedMethods !== undefined) Object.assign(result, membersFromApi({ CachedMethods }));
    } else {
      result[nameFrom.get(name) ?? name] = isMembers(value) ? membersFromApi(value) : scalar(name, value);
    }
  }
  return result;
};

const scalar = (name: string, text: unknown): unknown => {
  if (NUMBERS.has(name)) return Number(text);
  return BOOLEANS.has(name) ? text === 'true' : text;
};
