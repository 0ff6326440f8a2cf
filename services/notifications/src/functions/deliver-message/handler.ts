import { MessageRecorded } from '@emporium/contracts';
import { eventHandler } from '@emporium/functions';
import { delivery } from '../../delivery.ts';
import { sesMailer } from '../../mailer.ts';
import { messageStore } from '../../store.ts';

export const createHandler = ({ store = messageStore(), mailer = sesMailer() } = {}) =>
  eventHandler({ events: [MessageRecorded] }, ({ data }) => delivery({ store, mailer })(data));

export const handler = createHandler();
