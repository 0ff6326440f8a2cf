import { CustomerRegistered } from '@emporium/contracts';
import { eventHandler } from '@emporium/functions';
import { registerAddressee } from '../../registration.ts';
import { messageStore } from '../../store.ts';

export const createHandler = ({ store = messageStore() } = {}) =>
  eventHandler({ events: [CustomerRegistered] }, ({ data }) => registerAddressee(store)(data));

export const handler = createHandler();
