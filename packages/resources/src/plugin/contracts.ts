import * as contracts from '@emporium/contracts';
import { ConfigurationError } from '../errors.ts';
import type { Address } from '../naming.ts';
import { suggest } from '../suggest.ts';

const isEvent = (value: unknown): value is Address =>
  typeof value === 'object' && value !== null && 'context' in value && 'name' in value && 'schema' in value;

const events = Object.values<unknown>(contracts).filter(isEvent);
const names = events.map(({ context, name }) => `${context}.${name}`);

/**
 * The event that `catalog.ProductPublished` names. What a context tells nobody but itself needs no shared contract.
 *
 * @throws ConfigurationError with the event that was meant, where no context publishes it.
 */
export const findEvent = (reference: string, subscriber: string, where: string): Address => {
  const event = events[names.indexOf(reference)];
  if (event !== undefined) return event;
  const [context = '', name = ''] = reference.split('.');
  if (context === subscriber && name !== '') return { context, name };
  const published = names.filter((name) => name.startsWith(`${context}.`));
  throw new ConfigurationError(
    `${where}: packages/contracts has no event "${reference}".${suggest(reference, names)}${
      published.length > 0 ? ` ${context} publishes ${published.join(', ')}.` : ''
    }`,
  );
};
