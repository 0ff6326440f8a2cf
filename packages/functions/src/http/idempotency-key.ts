import * as v from 'valibot';
import { DomainError } from '../domain-error.ts';

/** The headers of a route that has to be called with an `Idempotency-Key`. */
export const IdempotencyHeaders = v.object({
  // Optional for the schema, so that a missing header gets the same plain words as a bad one.
  'idempotency-key': v.pipe(
    v.optional(v.string(), ''),
    v.regex(
      /^[\x21-\x7e]{1,100}$/,
      'must be sent: 1 to 100 visible ASCII characters of your own choice, new for each request, so that a repeated one is not done twice',
    ),
  ),
});

/** A key came with a request that is not the one it came with first. HTTP answers 422. */
export class IdempotencyKeyReused extends DomainError {
  constructor() {
    super('IdempotencyKeyReused', {}, 'Send a new Idempotency-Key with each new request.');
  }
}
