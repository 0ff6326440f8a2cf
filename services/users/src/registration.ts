import { register } from './domain/profile.ts';
import type { Identity } from './identity.ts';
import type { UserStore } from './store.ts';

/**
 * Sees to it that a confirmed customer has a profile and that the shop has heard of it. Both confirmation and sign-in
 * come here: what a crash after Cognito's confirmation left undone, the next sign-in does.
 */
export const ensureRegistered =
  ({
    store,
    identity,
    now = () => new Date(),
  }: {
    store: Pick<UserStore, 'findProfile' | 'addProfile'>;
    identity: Pick<Identity, 'customer'>;
    now?: () => Date;
  }) =>
  async (email: string, { correlationId, customerId }: { correlationId: string; customerId?: string }) => {
    if (customerId && (await store.findProfile(customerId))) return;
    await store.addProfile(register(await identity.customer(email), now()), { correlationId });
  };
