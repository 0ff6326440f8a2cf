import { AwsError } from '../cloud.ts';
import { checkPageSize } from './checks.ts';

/** What a page is asked for with; 100 items where it does not say how many. */
export interface Paging {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/**
 * One page of `items`. The token is the place of the page's last item, so what is added meanwhile neither repeats nor
 * hides anything, and a restart in between does not matter.
 *
 * @param options.place what an item is found by again
 */
export const page = <T, Place>(
  items: readonly T[],
  { maxResults, nextToken }: Paging,
  { place, isAfter }: { place: (item: T) => Place; isAfter: (one: Place, other: Place) => boolean },
): { items: readonly T[]; nextToken?: string } => {
  checkPageSize(maxResults);
  const last = nextToken === undefined ? undefined : readToken<Place>(nextToken);
  const from = last === undefined ? 0 : items.findIndex((item) => isAfter(place(item), last));
  if (from === -1) return { items: [] };
  const to = from + (maxResults || 100);
  const end = items[to - 1];
  const more = end !== undefined && to < items.length;
  return { items: items.slice(from, to), ...(more && { nextToken: writeToken(place(end)) }) };
};

const writeToken = (place: unknown): string => Buffer.from(JSON.stringify([place])).toString('base64url');

const readToken = <Place>(token: string): Place => {
  try {
    const [place] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (place !== undefined) return place;
  } catch {
    // Falls through to the refusal.
  }
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
};
