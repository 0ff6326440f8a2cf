/** A customer whose address is confirmed. */
export interface Profile {
  readonly customerId: string;
  readonly email: string;
  readonly name: string;
  readonly registeredAt: string;
}

/** A profile comes into being with its registration and by nothing else. */
export const register = (customer: Omit<Profile, 'registeredAt'>, now: Date): Profile => ({
  ...customer,
  registeredAt: now.toISOString(),
});
