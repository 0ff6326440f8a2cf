import type { Client } from './client.ts';

/** All items of a list that is read page by page. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into items of every shape
export const everyPage = async (client: Client, path: string): Promise<any[]> => {
  const items = [];
  let cursor = '';
  do {
    const { body } = await client.get(`${path}?limit=7${cursor && `&cursor=${cursor}`}`);
    items.push(...body.items);
    cursor = body.nextCursor ?? '';
  } while (cursor);
  return items;
};
