import { randomUUID } from 'node:crypto';
import { type Api, AwsError, type WireAnswer } from '../cloud.ts';
import { type Xml, xmlDocument } from '../s3/xml.ts';
import { StartError } from '../start-error.ts';
import { fromApi, toApi } from './config-xml.ts';
import type { Edge } from './edge.ts';

interface Input {
  readonly Id: string;
  readonly IfMatch?: string;
  readonly Body: Buffer;
}

const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

const ACTIONS: Readonly<Record<string, string>> = {
  'GET ': 'GetDistribution',
  'GET /config': 'GetDistributionConfig',
  'PUT /config': 'UpdateDistribution',
};

const route: NonNullable<Api['route']> = ({ method, path, headers, body }) => {
  const [, Id, part = ''] = /^\/2020-05-31\/distribution\/([^/]+)(\/config)?$/.exec(path) ?? [];
  const action = ACTIONS[`${method} ${part}`];
  if (Id === undefined || action === undefined) return undefined;
  return { action, input: { Id, IfMatch: headers['if-match'], Body: body } };
};

/** CloudFront's API, as far as a rotation of what the edge sends to its origins needs it. */
export const createApi = (edge: Edge | undefined): Api => {
  const find = (id: string): Edge => {
    if (edge?.id === id) return edge;
    throw new AwsError('NoSuchDistribution', 'The specified distribution does not exist.', 404);
  };

  const actions: Readonly<Record<string, (edge: Edge, input: Input) => WireAnswer>> = {
    GetDistribution: describe,
    GetDistributionConfig: ({ id, state }) =>
      answer('DistributionConfig', toApi(state.config, id), state.etag),
    UpdateDistribution: update,
  };

  return {
    route,
    permissions: (action: string, { Id }: Input) => {
      const resource = edge?.id === Id ? edge.arn : `arn:aws:cloudfront::000000000000:distribution/${Id}`;
      const own = { action: `cloudfront:${action}`, resource };
      const { WebACLId } = (edge?.state.config ?? {}) as { WebACLId?: string };
      // CloudFront asks WAF on the caller's behalf.
      return action === 'UpdateDistribution' && WebACLId !== undefined
        ? [own, { action: 'wafv2:GetWebACL', resource: WebACLId }]
        : [own];
    },
    handle: async (action: string, input: Input) => actions[action]?.(find(input.Id), input),
    encode: (_action: string, output: WireAnswer) => output,
    encodeError,
  };
};

const describe = ({ id, arn, state, isDeployed }: Edge): WireAnswer => {
  const content = {
    Id: id,
    ARN: arn,
    Status: isDeployed() ? 'Deployed' : 'InProgress',
    LastModifiedTime: state.modifiedAt.toISOString(),
    InProgressInvalidationBatches: 0,
    DomainName: `${id.toLowerCase()}.cloudfront.net`,
    DistributionConfig: toApi(state.config, id),
  };
  return answer('Distribution', content, state.etag);
};

const update = (edge: Edge, { IfMatch, Body }: Input): WireAnswer => {
  if (!IfMatch) {
    const message = 'The If-Match version is missing or not valid for the resource.';
    throw new AwsError('InvalidIfMatchVersion', message);
  }
  if (IfMatch !== edge.state.etag) {
    const message = 'The precondition in one or more of the request fields evaluated to false.';
    throw new AwsError('PreconditionFailed', message, 412);
  }
  try {
    edge.update(fromApi(Body));
  } catch (error) {
    throw error instanceof StartError ? new AwsError('InvalidArgument', error.message) : error;
  }
  return describe(edge);
};

const answer = (root: string, content: Xml, etag: string): WireAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID(), etag },
  body: xmlDocument(root, content, NAMESPACE),
});

const encodeError = ({ code, message, status }: AwsError): WireAnswer => {
  const requestId = randomUUID();
  const isDenied = code === 'AccessDeniedException';
  const error = {
    Type: status < 500 ? 'Sender' : 'Receiver',
    Code: isDenied ? 'AccessDenied' : code,
    Message: message,
  };
  return {
    status: isDenied ? 403 : status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: xmlDocument('ErrorResponse', { Error: error, RequestId: requestId }, NAMESPACE),
  };
};
