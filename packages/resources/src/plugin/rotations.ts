import type { Description } from '../define-resources.ts';
import { ConfigurationError } from '../errors.ts';
import { suggest } from '../suggest.ts';
import { list } from './contexts.ts';

/** @throws ConfigurationError for a secret that is to be rotated by a function which its service doesn't have. */
export const checkRotations = ({ context, definitions }: Description, functions: readonly string[]): void => {
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition.kind !== 'secret' || definition.rotation === undefined) continue;
    const { function: key } = definition.rotation;
    if (functions.includes(key)) continue;
    throw new ConfigurationError(
      `services/${context}/resources.ts, ${name}, rotation: services/${context}/serverless.yml has no function "${key}".${suggest(key, functions)} It has ${list(functions)}.`,
    );
  }
};
