import { contentOf } from '@emporium/functions';
import type { Profile } from './domain/profile.ts';

export const profileKey = (customerId: string) => ({ pk: `CUSTOMER#${customerId}`, sk: 'PROFILE' });

export const profileItem = (profile: Profile) => ({
  ...profileKey(profile.customerId),
  kind: 'profile',
  ...profile,
});

export const toProfile = (item: Record<string, unknown>) => contentOf<Profile>(item);
