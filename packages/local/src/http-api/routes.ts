import { emptyRecord } from './http.ts';

export interface Match<Route> {
  readonly route: Route;
  /** Undefined where the route has no variables. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/** Finds the route of a method and a path; the path is percent-decoded. */
export type Matcher<Route> = (method: string, path: string) => Match<Route> | undefined;

interface Candidate<Route> {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'parameter' | 'greedy'; readonly name: string };

const RANK = { text: 0, parameter: 1, greedy: 2 };

/** Builds the matcher of an API. A route's key is such as `GET /orders/{orderId}`, or `$default`. */
export const createMatcher = <Route extends { readonly key: string }>(
  routes: readonly Route[],
): Matcher<Route> => {
  const fallback = routes.find(({ key }) => key === '$default');
  const candidates = routes.filter((route) => route !== fallback).map(parse);
  const isFixed = ({ segments }: Candidate<Route>) => segments.every(({ kind }) => kind === 'text');
  const fixed = new Map(candidates.filter(isFixed).map(({ route }) => [route.key, route]));
  const variable = candidates.filter((candidate) => !isFixed(candidate)).sort(byPrecedence);
  return (method, path) => {
    const route = fixed.get(`${method} ${path}`) ?? fixed.get(`ANY ${path}`);
    if (route !== undefined) return { route, pathParameters: undefined };
    const segments = path.split('/').slice(1);
    for (const candidate of variable) {
      if (candidate.method !== method && candidate.method !== 'ANY') continue;
      const pathParameters = fit(candidate.segments, segments);
      if (pathParameters !== undefined) return { route: candidate.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: undefined };
  };
};

const parse = <Route extends { readonly key: string }>(route: Route): Candidate<Route> => {
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
const byPrecedence = (a: Candidate<unknown>, b: Candidate<unknown>): number => {
  for (let i = 0; i < Math.min(a.segments.length, b.segments.length); i++) {
    const difference = RANK[a.segments[i]?.kind ?? 'text'] - RANK[b.segments[i]?.kind ?? 'text'];
    if (difference !== 0) return difference;
  }
  return b.segments.length - a.segments.length || Number(a.method === 'ANY') - Number(b.method === 'ANY');
};

/** The values of the variables, or nothing where the path does not fit. None of them may be empty. */
const fit = (
  pattern: readonly Segment[],
  segments: readonly string[],
): Record<string, string> | undefined => {
  const parameters = emptyRecord();
  for (const [i, expected] of pattern.entries()) {
    const actual = expected.kind === 'greedy' ? segments.slice(i).join('/') : segments[i];
    if (actual === undefined) return undefined;
    if (expected.kind === 'text') {
      if (expected.text !== actual) return undefined;
      continue;
    }
    if (actual === '') return undefined;
    parameters[expected.name] = actual;
    if (expected.kind === 'greedy') return parameters;
  }
  return segments.length === pattern.length ? parameters : undefined;
};
