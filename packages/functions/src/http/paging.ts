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

/** A page of a list as a store gives it: `next` is the position after which the list goes on, if it does. */
export interface Page<Item, Position> {
  readonly items: readonly Item[];
  readonly next?: Position | undefined;
}

/**
 * What every list answers: `{ items, nextCursor }`, the last page without `nextCursor`.
 *
 * @example
 * return { body: pageView(await store.listProducts(query), productView) };
 */
export const pageView = <Item, View>({ items, next }: Page<Item, unknown>, viewOf: (item: Item) => View) => ({
  items: items.map(viewOf),
  nextCursor: next === undefined ? undefined : toCursor(next),
});

/**
 * The query of a list that is read page by page: `limit` (1 to 100) and `cursor`, the `nextCursor` of the page
 * before. A cursor that doesn't hold a `position` is refused under its name.
 *
 * @example
 * httpHandler({ query: pageQuery(Sku) }, async ({ query }) => ({
 *   body: pageView(await store.listProducts(query), productView),
 * }));
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
