import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/**
 * The status and the parsed body of an HTTP handler's answer; `undefined` where it has none.
 *
 * @example
 * expect(await answerOf(handler(httpEvent({ path }), lambdaContext('getProduct')))).toMatchObject({ statusCode: 404 });
 */
export const answerOf = async (answer: Promise<APIGatewayProxyStructuredResultV2>) => {
  const { statusCode, body } = await answer;
  return { statusCode, body: body ? JSON.parse(body) : undefined };
};
