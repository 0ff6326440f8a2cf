import { CustomerRegistered } from '@emporium/contracts';
import { dedupeIn, eventHandler } from '@emporium/functions';
import { resources } from '../../../resources.ts';
import { registerAddressee } from '../../registration.ts';
import { messageStore } from '../../store.ts';

/** A repeat would do no harm, but walk through all of the customer's messages: the one consumer here that de-duplicates. */
export const createHandler = ({
  store = messageStore(),
  dedupe = dedupeIn(resources.NotificationsTable),
} = {}) =>
  eventHandler({ events: [CustomerRegistered], dedupe }, ({ data }) => registerAddressee(store)(data));

export const handler = createHandler();
