import { givenLink } from '../given-link.ts';

/** The platform's bus, by the link to it. */
export const platformBus = {
  get name(): string {
    return givenLink('platform', 'EventBus', 'outbox').name as string;
  },
};
