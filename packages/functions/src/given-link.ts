/**
 * What a link holds that no `link` in serverless.yml asks for: the plugin gives it to every function with such an event.
 *
 * @throws Error that says what to do, in a function without the event.
 */
export const givenLink = (context: string, name: string, event: string): Readonly<Record<string, string>> => {
  const link = process.env[`LINK_${context}_${name}`];
  if (link !== undefined) return JSON.parse(link);
  const self = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'this function';
  throw new Error(
    `${context}.${name} is not linked to ${self}: give it an "${event}" event in serverless.yml`,
  );
};
