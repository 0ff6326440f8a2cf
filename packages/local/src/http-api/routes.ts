/** One route of an HTTP API. */
export interface Route {
  /** Such as `GET /orders/{orderId}`, or `$default`. */
  readonly key: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly authorizerId: string | undefined;
  readonly scopes: readonly string[];
}

export interface Match {
  readonly route: Route;
  /** Percent-decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'parameter' | 'greedy'; readonly name: string };

const RANK = { text: 0, parameter: 1, greedy: 2 };

/** Builds the matcher of an API. It throws a URIError for a path that is not valid percent-encoding. */
export const createMatcher = (
  routes: readonly Route[],
): ((method: string, path: string) => Match | undefined) => {
  const fallback = routes.find(({ key }) => key === '$default');
  const candidates = routes
    .filter(({ key }) => key !== '$default')
    .map(parse)
    .sort(byPrecedence);
  return (method, path) => {
    const segments = path.split('/').slice(1).map(decodeURIComponent);
    for (const { route, method: wanted, segments: pattern } of candidates) {
      if (wanted !== method && wanted !== 'ANY') continue;
      const pathParameters = fit(pattern, segments);
      if (pathParameters !== undefined) return { route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
};

const parse = (route: Route): Candidate => {
  const [method = '', path = ''] = route.key.split(' ');
  const segments = path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const name = /^\{([^}+]+)(\+?)\}$/.exec(text);
      if (name?.[1] === undefined) return { kind: 'text', text };
      return { kind: name[2] === '+' ? 'greedy' : 'parameter', name: name[1] };
    });
  return { route, method, segments };
};

/** API Gateway takes the most specific route: text before a variable before a greedy one, a method before ANY. */
const byPrecedence = (a: Candidate, b: Candidate): number => {
  for (let i = 0; i < Math.min(a.segments.length, b.segments.length); i++) {
    const difference = RANK[a.segments[i]?.kind ?? 'text'] - RANK[b.segments[i]?.kind ?? 'text'];
    if (difference !== 0) return difference;
  }
  return b.segments.length - a.segments.length || Number(a.method === 'ANY') - Number(b.method === 'ANY');
};

const fit = (
  pattern: readonly Segment[],
  segments: readonly string[],
): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {};
  for (const [i, expected] of pattern.entries()) {
    const actual = segments[i];
    if (actual === undefined) return undefined;
    if (expected.kind === 'text') {
      if (expected.text !== actual) return undefined;
    } else if (expected.kind === 'parameter') {
      if (actual === '') return undefined;
      parameters[expected.name] = actual;
    } else {
      parameters[expected.name] = segments.slice(i).join('/');
      return parameters;
    }
  }
  return segments.length === pattern.length ? parameters : undefined;
};
