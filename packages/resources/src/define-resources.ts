import type { Definitions } from './definitions.ts';
import { createHandle, type Handle } from './handles.ts';

/** Under this symbol the handles carry what they were made from. Registered, as a bundle may hold a copy of this module. */
const described: unique symbol = Symbol.for('emporium.resources');

/** What `defineResources` was given. */
export interface Description<D extends Definitions = Definitions> {
  readonly context: string;
  readonly definitions: D;
}

/** Whatever carries what it was defined as: the handles of a context's resources. */
export interface Described<D extends Definitions = Definitions> {
  readonly [described]: Description<D>;
}

/** The handles of a context's resources, by name. */
export type Resources<D extends Definitions> = { readonly [Name in keyof D]: Handle<D[Name]> } & Described<D>;

/**
 * Defines what a context owns. The plugin makes CloudFormation of it; functions read names and addresses from the
 * handles that it returns.
 *
 * @throws Error when an attribute of a handle is read in a function that is not linked to the resource.
 * @example
 * ```ts
 * export const resources = defineResources('orders', {
 *   OrdersTable: table({ partitionKey: 'pk', sortKey: 'sk' }),
 * });
 * resources.OrdersTable.name; // emporium-orders-dev-OrdersTable
 * ```
 */
export const defineResources = <const D extends Definitions>(
  context: string,
  definitions: D,
): Resources<D> => {
  const handles = Object.entries(definitions).map(([name, definition]) => [
    name,
    createHandle(context, name, definition),
  ]);
  return Object.defineProperty(Object.fromEntries(handles), described, { value: { context, definitions } });
};

/** What a context's resources were defined as. */
export const describe = <D extends Definitions>(resources: Described<D>): Description<D> =>
  resources[described];
