import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Described, type Description, describe } from '../define-resources.ts';
import { ConfigurationError } from '../errors.ts';
import type { Target } from '../links.ts';
import { suggest } from '../suggest.ts';

/** The contexts of the shop, as the folders beside the service's own describe them. */
export interface Contexts {
  /** The service's own. */
  readonly own: Description;
  /** Finds `OrdersTable`, or another context's `platform.EventBus`. `where` starts the message of the error. */
  find(reference: string, where: string): Promise<Target>;
}

/** Reads the service's own `resources.ts`; those of others when something asks for them. */
export const readContexts = async (serviceDir: string): Promise<Contexts> => {
  const ownName = basename(serviceDir);
  const own = (await read(serviceDir)) ?? { context: ownName, definitions: {} };
  if (own.context !== ownName) {
    throw new ConfigurationError(
      `services/${ownName}/resources.ts defines the resources of "${own.context}"`,
    );
  }
  return {
    own,
    find: async (reference, where) => {
      const [context = '', name = ''] = reference.includes('.') ? reference.split('.') : [ownName, reference];
      const description = context === ownName ? own : await readSibling(serviceDir, context, where);
      const definition = description.definitions[name];
      if (definition !== undefined) return { context, name, definition, own: description === own };
      const names = Object.keys(description.definitions);
      throw new ConfigurationError(
        `${where}: services/${context}/resources.ts has no "${name}".${suggest(name, names)} It has ${list(names)}.`,
      );
    },
  };
};

const readSibling = async (serviceDir: string, context: string, where: string): Promise<Description> => {
  const services = dirname(serviceDir);
  const description = await read(join(services, context));
  if (description !== undefined) return description;
  const contexts = readdirSync(services).filter((name) => existsSync(join(services, name, 'resources.ts')));
  throw new ConfigurationError(
    `${where}: there is no context "${context}".${suggest(context, contexts)} There are ${list(contexts)}.`,
  );
};

const read = async (folder: string): Promise<Description | undefined> => {
  const file = join(folder, 'resources.ts');
  if (!existsSync(file)) return undefined;
  const module = (await import(pathToFileURL(file).href)) as { readonly resources?: Described };
  if (module.resources === undefined) throw new ConfigurationError(`${file} exports no "resources"`);
  return describe(module.resources);
};

/** `a, b and c`. */
export const list = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'none') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
