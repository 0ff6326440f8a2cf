import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type Api, AwsError } from '../cloud.ts';

export interface Request {
  readonly protocol: 'json' | 'query' | 'rest';
  /** IAM's name for the service, such as `states`. */
  readonly prefix: string;
  readonly action: string;
  readonly input: unknown;
}

/** What stands before the dot of `X-Amz-Target`, and IAM's name for that service. */
const targets: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AWSStepFunctions: 'states',
  AWSEvents: 'events',
  secretsmanager: 'secretsmanager',
  AmazonSSM: 'ssm',
  AWSCognitoIdentityProviderService: 'cognito-idp',
  TrentService: 'kms',
  GraniteServiceVersion20100801: 'cloudwatch',
};

/** Services of the query protocol, by the API version that each of their requests carries. */
const queryVersions: Record<string, string> = {
  '2010-03-31': 'sns',
  '2010-08-01': 'cloudwatch',
  '2011-06-15': 'sts',
};

/** IAM's name for a service that signs its requests with another. */
const signedAs: Record<string, string> = { monitoring: 'cloudwatch', email: 'ses' };

/** Finds the module of a service. */
type Find = (prefix: string) => Pick<Api, 'route'>;

/** Tells which action of which service a request is for. Throws an AwsError for what no AWS service would take. */
export const decode = (
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  find: Find,
): Request => {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return decodeJson(target, body);
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  // An object of S3 may be of that type, too.
  if (isForm && url === '/') return decodeQuery(body);
  return decodeRest(method, url, headers, body, find);
};

const decodeJson = (target: string, body: Buffer): Request => {
  const [service = '', action = ''] = target.split('.');
  const prefix = targets[service];
  if (prefix === undefined)
    throw new AwsError('UnknownOperationException', `${target} is not known here`, 404);
  return { protocol: 'json', prefix, action, input: parse(body) };
};

const decodeQuery = (body: Buffer): Request => {
  const form = new URLSearchParams(body.toString());
  const prefix = queryVersions[form.get('Version') ?? ''];
  if (prefix === undefined) throw new AwsError('InvalidAction', `no such service: ${form.get('Version')}`);
  const input: Tree = {};
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version') place(input, name.split('.'), value);
  }
  return { protocol: 'query', prefix, action: form.get('Action') ?? '', input: toLists(input) };
};

interface Tree {
  [name: string]: Tree | string;
}

const place = (tree: Tree, [head = '', ...rest]: string[], value: string): void => {
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const existing = tree[head];
  const branch: Tree = typeof existing === 'object' ? existing : {};
  tree[head] = branch;
  place(branch, rest, value);
};

/** `Attributes.entry.1.key/value` becomes a map, `Tags.member.1` a list. */
const toLists = (tree: Tree | string): unknown => {
  if (typeof tree === 'string') return tree;
  const entries = tree.entry;
  if (typeof entries === 'object') {
    return Object.fromEntries(
      Object.values(entries).map((entry) => {
        const { Name, key, Value, value } = entry as Tree;
        return [String(Name ?? key), toLists(Value ?? value ?? '')];
      }),
    );
  }
  const members = tree.member;
  if (typeof members === 'object') return Object.values(members).map(toLists);
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, toLists(value)]));
};

/** The service of a REST request stands only in what it was signed for: `<key>/<date>/<region>/<service>/aws4_request`. */
const serviceOf = (headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined => {
  const scope =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential') ?? '';
  const service = scope.split('/')[3];
  return service && (signedAs[service] ?? service);
};

const decodeRest = (
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  find: Find,
): Request => {
  // Not through URL, for which "a/../b", a key that S3 knows, is "b".
  const [path = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const prefix = serviceOf(headers, query);
  if (prefix === undefined)
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  const asked = find(prefix).route?.({ method, path, query, headers, body });
  if (asked !== undefined) return { protocol: 'rest', prefix, ...asked };
  throw new AwsError('UnknownOperationException', `${method} ${path} is no AWS call known here`, 404);
};

/** The JSON of a request's body. */
export const parse = (body: Buffer): unknown => {
  if (body.length === 0) return {};
  try {
    // A big call to CloudWatch comes compressed; JSON never starts with that byte.
    return JSON.parse((body[0] === 0x1f ? gunzipSync(body) : body).toString());
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON');
  }
};
