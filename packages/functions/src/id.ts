import { ulid } from 'ulid';

/**
 * A new identifier: a prefix and a ULID, which sorts by the time it was made.
 *
 * @example
 * newId('ord'); // ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V
 */
export const newId = <Prefix extends string>(prefix: Prefix, now: Date = new Date()): `${Prefix}_${string}` =>
  `${prefix}_${ulid(now.getTime())}`;
