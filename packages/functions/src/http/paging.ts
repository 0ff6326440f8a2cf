import * as v from 'valibot';

/** The longest page that a list gives out. */
const MAX_LIMIT = 100;

const decode = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
};

/** Says where a list goes on: opaque to callers, so that what it holds may change. */
export const toCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/**
 * The query of a list that is read page by page: `limit` (1 to 100) and `cursor`, the `nextCursor` of the page
 * before. A cursor that doesn't hold a `position` is refused under its name.
 *
 * @example
 * httpHandler({ query: pageQuery(Sku) }, async ({ query: { limit, cursor } }) => {
 *   const { products, last } = await store.listProducts({ limit, after: cursor });
 *   return { body: { items: products, nextCursor: last && toCursor(last) } };
 * });
 */
export const pageQuery = <Position extends v.GenericSchema>(position: Position, { limit = 20 } = {}) =>
  v.object({
    limit: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^\d{1,3}$/, `must be 1 to ${MAX_LIMIT}`),
        v.transform(Number),
        v.minValue(1, `must be 1 to ${MAX_LIMIT}`),
        v.maxValue(MAX_LIMIT, `must be 1 to ${MAX_LIMIT}`),
      ),
      String(limit),
    ),
    cursor: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(1000),
        v.transform(decode),
        v.check((value) => v.is(position, value), 'must be the nextCursor of the page before'),
        v.transform((value) => value as v.InferOutput<Position>),
      ),
    ),
  });
