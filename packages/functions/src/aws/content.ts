/**
 * What an item holds, apart from its keys and its kind. The type is the caller's word, which is good for items that
 * the same store has written.
 *
 * @example
 * const stock = contentOf<Stock>(Item);
 */
export const contentOf = <Content>({
  pk: _pk,
  sk: _sk,
  kind: _kind,
  ...content
}: Readonly<Record<string, unknown>>): Content => content as Content;
