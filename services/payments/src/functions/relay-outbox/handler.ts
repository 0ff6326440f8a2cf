import { outboxRelay } from '@emporium/functions';

export const handler = outboxRelay();
