import { type Call, type Place, send } from './aws.ts';
import { type Listing, listings } from './listings.ts';

/** All that there is, as `<type> <physical id>`. */
export type Inventory = ReadonlySet<string>;

/** Everything that the server has in these regions. */
export const takeInventory = async (url: string, regions: readonly string[]): Promise<Inventory> => {
  const found = new Set<string>();
  for (const region of regions) {
    for (const [type, listing] of Object.entries(listings)) {
      for (const id of await idsOf({ url, region }, listing)) found.add(`${type} ${id}`);
    }
  }
  return found;
};

const idsOf = async (place: Place, { call, ids, next }: Listing): Promise<string[]> => {
  const found: string[] = [];
  for (let page: Call | undefined = call; page; ) {
    const answer = await send(place, page);
    found.push(...ids(answer));
    page = next?.(answer);
  }
  return found;
};

/** What of the second is not in the first. */
export const newIn = (before: Inventory, after: Inventory): string[] =>
  [...after].filter((each) => !before.has(each)).sort();
