/** Which headers, cookies or query parameters of a request count: all of them, or those that `has` says. */
export interface Selection {
  readonly all: boolean;
  readonly none: boolean;
  /** Headers by lower-case name; cookies and query parameters with regard to case. */
  has(name: string): boolean;
}

export const NONE: Selection = { all: false, none: true, has: () => false };
const ALL: Selection = { all: true, none: false, has: () => true };

/** From a policy's behaviour (`none`, `all`, `whitelist`, `allExcept`, …) and the names beside it. */
export const toSelection = (behaviour: string, names: readonly string[] = []): Selection => {
  const listed = new Set(names);
  switch (behaviour) {
    case 'all':
    case 'allViewer':
    case 'allViewerAndWhitelistCloudFront':
      return ALL;
    case 'allExcept':
      return { all: false, none: false, has: (name) => !listed.has(name) };
    case 'whitelist':
      return { all: false, none: listed.size === 0, has: (name) => listed.has(name) };
    default:
      return NONE;
  }
};

/** What either of two selects. */
export const union = (a: Selection, b: Selection): Selection => {
  if (a.all || b.none) return a;
  if (b.all || a.none) return b;
  return { all: false, none: false, has: (name) => a.has(name) || b.has(name) };
};

/** The part of a query string that is selected, in its own order and encoding. */
export const selectQuery = (query: string, selection: Selection): string => {
  if (selection.all || query === '') return query;
  if (selection.none) return '';
  return query
    .split('&')
    .filter((pair) => selection.has(nameOf(pair)))
    .join('&');
};

const nameOf = (pair: string): string => {
  const [name = ''] = new URLSearchParams(pair).keys();
  return name;
};

/** The part of a `cookie` header that is selected; undefined where nothing is. */
export const selectCookies = (cookie: string | undefined, selection: Selection): string | undefined => {
  if (cookie === undefined || selection.none) return undefined;
  if (selection.all) return cookie;
  const kept = cookie.split(/;\s*/).filter((pair) => selection.has(pair.split('=', 1)[0] ?? ''));
  return kept.length === 0 ? undefined : kept.join('; ');
};
