import { type Described, offlineLinks } from '@emporium/resources/cloudformation';

/** The stage that resources are named after in tests. */
export const STAGE = 'test';

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
  const links = Object.assign({}, ...contexts.map((resources) => offlineLinks(resources, { stage: STAGE })));
  Object.assign(process.env, links);
  return () => {
    for (const variable of Object.keys(links)) delete process.env[variable];
  };
};
