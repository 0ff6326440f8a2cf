import type { Call } from './event.ts';

interface Question {
  readonly version: '1.0' | '2.0';
  readonly routeArn: string;
  /** The values of the authorizer's identity sources. */
  readonly identity: readonly string[];
}

/** What a Lambda authorizer is asked. It never sees the body. */
export const toAuthorizerEvent = (call: Call, question: Question): Record<string, unknown> =>
  question.version === '2.0' ? toVersion2(call, question) : toVersion1(call, question);

const toVersion2 = (call: Call, { routeArn, identity }: Question): Record<string, unknown> => ({
  version: '2.0',
  type: 'REQUEST',
  routeArn,
  identitySource: identity.length === 0 ? null : identity,
  routeKey: call.routeKey,
  rawPath: call.rawPath,
  rawQueryString: call.rawQueryString,
  cookies: call.cookies,
  headers: call.headers,
  queryStringParameters: call.queryStringParameters,
  requestContext: call.requestContext,
  pathParameters: call.pathParameters,
  stageVariables: call.stage.variables,
});

const toVersion1 = (call: Call, { routeArn, identity }: Question): Record<string, unknown> => {
  const { accountId, apiId, domainName, domainPrefix, http, requestId, stage, time, timeEpoch } =
    call.requestContext;
  const resourcePath = call.routeKey.split(' ')[1] ?? call.routeKey;
  const identitySource = identity.length === 0 ? null : identity.join(',');
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: routeArn,
    identitySource,
    authorizationToken: identitySource,
    resource: resourcePath,
    path: call.rawPath,
    httpMethod: call.method,
    headers: call.cookies === undefined ? call.headers : { ...call.headers, cookie: call.cookies.join('; ') },
    queryStringParameters: call.queryStringParameters ?? {},
    pathParameters: call.pathParameters ?? {},
    stageVariables: call.stage.variables ?? {},
    requestContext: {
      accountId,
      apiId,
      domainName,
      domainPrefix,
      extendedRequestId: requestId,
      httpMethod: call.method,
      identity: { sourceIp: http.sourceIp, userAgent: http.userAgent },
      path: call.rawPath,
      protocol: http.protocol,
      requestId,
      requestTime: time,
      requestTimeEpoch: timeEpoch,
      resourceId: call.routeKey,
      resourcePath,
      stage,
    },
  };
};
