import type { Definition, Described, Description } from '@emporium/resources';

/** What the handles of a context were made from: they carry it under this registered symbol. */
export const descriptionOf = (resources: Described): Description =>
  (resources as unknown as Record<symbol, Description>)[Symbol.for('emporium.resources')] as Description;

const STAGE = 'test';
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;

/** The name that a resource goes by in tests. */
export const testName = (context: string, name: string): string => `emporium-${context}-${STAGE}-${name}`;

const linkTo = (context: string, name: string, { kind }: Definition): Record<string, string> => {
  const full = testName(context, name);
  const path = `/emporium/${STAGE}/${context}/${name}`;
  const links: Record<Definition['kind'], Record<string, string>> = {
    table: { name: full },
    queue: { url: `https://sqs.us-east-1.amazonaws.com/000000000000/${full}`, arn: arn('sqs', full) },
    bus: { name: full },
    secret: { arn: arn('secretsmanager', `secret:${path}-AbCdEf`) },
    parameter: { name: path },
    userPool: { id: 'us-east-1_test', clientId: 'client' },
    bucket: { name: `${full.toLowerCase()}-000000000000` },
    topic: { arn: arn('sns', full) },
    cache: { engine: 'memory' },
    stateMachine: { arn: arn('states', `stateMachine:${full}`) },
    emailIdentity: { from: 'shop@example.com' },
  };
  return links[kind];
};

/**
 * Links this process to all resources of the contexts, under made-up names, as the plugin links a function: by
 * environment variables. For unit tests with a mocked SDK client.
 *
 * @returns a function that takes the links away again.
 *
 * @example
 * linkForTest(resources, platform);
 * expect(resources.OrdersTable.name).toBe('emporium-orders-test-OrdersTable');
 */
export const linkForTest = (...contexts: readonly Described[]): (() => void) => {
  const variables: string[] = [];
  for (const resources of contexts) {
    const { context, definitions } = descriptionOf(resources);
    for (const [name, definition] of Object.entries(definitions)) {
      const variable = `LINK_${context}_${name}`;
      process.env[variable] = JSON.stringify(linkTo(context, name, definition));
      variables.push(variable);
    }
  }
  return () => {
    for (const variable of variables) delete process.env[variable];
  };
};
