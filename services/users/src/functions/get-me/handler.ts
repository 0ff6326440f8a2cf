import { httpHandler } from '@emporium/functions';
import { profileCache } from '../../cached.ts';
import { ProfileNotFound, problems } from '../../errors.ts';

export const createHandler = ({
  profiles = profileCache(),
}: {
  profiles?: Pick<ReturnType<typeof profileCache>, 'get'>;
} = {}) =>
  httpHandler({ roles: ['customer'], problems }, async ({ customer }) => {
    const profile = await profiles.get(customer.id);
    if (!profile) throw new ProfileNotFound();
    return { body: { ...profile, groups: customer.groups } };
  });

export const handler = createHandler();
