import { httpHandler } from '@emporium/functions';
import { ProfileNotFound, problems } from '../../errors.ts';
import { userStore } from '../../store.ts';

export const createHandler = ({ store = userStore() } = {}) =>
  httpHandler({ roles: ['customer'], problems }, async ({ customer }) => {
    const profile = await store.findProfile(customer.id);
    if (!profile) throw new ProfileNotFound();
    return { body: { ...profile, groups: customer.groups } };
  });

export const handler = createHandler();
