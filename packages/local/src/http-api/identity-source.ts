import { StartError } from '../start-error.ts';
import type { Call } from './event.ts';

/** Reads one of the values that a request is authorized by; undefined or empty where it has none. */
export type IdentitySource = (call: Call) => string | undefined;

/** The context variables of HTTP APIs that exist before the authorizer runs. */
const context: Readonly<Record<string, IdentitySource>> = {
  accountId: ({ requestContext }) => requestContext.accountId,
  apiId: ({ requestContext }) => requestContext.apiId,
  domainName: ({ requestContext }) => requestContext.domainName,
  domainPrefix: ({ requestContext }) => requestContext.domainPrefix,
  httpMethod: ({ method }) => method,
  'identity.sourceIp': ({ requestContext }) => requestContext.http.sourceIp,
  'identity.userAgent': ({ requestContext }) => requestContext.http.userAgent,
  path: ({ rawPath }) => rawPath,
  protocol: ({ requestContext }) => requestContext.http.protocol,
  requestId: ({ requestContext }) => requestContext.requestId,
  requestTime: ({ requestContext }) => requestContext.time,
  requestTimeEpoch: ({ requestContext }) => String(requestContext.timeEpoch),
  routeKey: ({ routeKey }) => routeKey,
  stage: ({ stage }) => stage.name,
};

/** Such as `$request.header.Authorization`; throws a StartError that names `place` for one that means nothing. */
export const compileIdentitySource = (source: string, place: string): IdentitySource => {
  const [, kind, name = ''] =
    /^\$(request\.header|request\.querystring|context|stageVariables)\.(.+)$/.exec(source) ?? [];
  if (kind === 'request.header') {
    const header = name.toLowerCase();
    return ({ headers }) => headers[header];
  }
  if (kind === 'request.querystring') return ({ queryStringParameters }) => queryStringParameters?.[name];
  if (kind === 'stageVariables') return ({ stage }) => stage.variables?.[name];
  const variable = kind === 'context' ? context[name] : undefined;
  if (variable === undefined) {
    throw new StartError(
      `${place} has the IdentitySource "${source}": $request.header.<name>, $request.querystring.<name>, $context.<variable> or $stageVariables.<name> is needed`,
    );
  }
  return variable;
};
