import type { Cloud } from '../cloud.ts';
import { createThrottle, type Throttle, UNLIMITED } from './throttle.ts';

interface RouteSettings {
  readonly DetailedMetricsEnabled?: boolean;
  readonly ThrottlingBurstLimit?: number;
  readonly ThrottlingRateLimit?: number;
}

interface StageProperties {
  readonly ApiId: string;
  readonly StageName: string;
  readonly StageVariables?: Readonly<Record<string, string>>;
  readonly DefaultRouteSettings?: RouteSettings;
  readonly RouteSettings?: Readonly<Record<string, RouteSettings>>;
}

export interface Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>> | undefined;
  /** Whether a request to the route may pass now. */
  throttle(routeKey: string): Throttle;
  hasDetailedMetrics(routeKey: string): boolean;
}

/** The stages of an API; each route has a throttle of its own in each. */
export const stagesOf = (cloud: Pick<Cloud, 'ofType'>, apiId: string, now: () => number): readonly Stage[] =>
  cloud
    .ofType<StageProperties>('AWS::ApiGatewayV2::Stage')
    .filter(({ properties }) => properties.ApiId === apiId)
    .map(({ properties }) => toStage(properties, now));

const toStage = (
  { StageName, StageVariables, DefaultRouteSettings, RouteSettings = {} }: StageProperties,
  now: () => number,
): Stage => {
  const settings = (routeKey: string) => ({ ...DefaultRouteSettings, ...RouteSettings[routeKey] });
  const throttles = new Map<string, Throttle>();
  const throttleOf = (routeKey: string): Throttle => {
    const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings(routeKey);
    return rate === undefined && burst === undefined ? UNLIMITED : createThrottle({ rate, burst, now });
  };
  return {
    name: StageName,
    variables: StageVariables,
    throttle: (routeKey) => {
      const throttle = throttles.get(routeKey) ?? throttleOf(routeKey);
      throttles.set(routeKey, throttle);
      return throttle;
    },
    hasDetailedMetrics: (routeKey) => settings(routeKey).DetailedMetricsEnabled === true,
  };
};

/** The stage that a path leads to, and the path within it: `$default` has the root, any other its name for a first segment. */
export const findStage = (
  stages: readonly Stage[],
  path: string,
): { readonly stage: Stage; readonly path: string } | undefined => {
  const first = path.slice(1).split('/', 1)[0];
  const named = stages.find(({ name }) => name === first);
  if (named !== undefined) return { stage: named, path: path.slice(1 + named.name.length) || '/' };
  const fallback = stages.find(({ name }) => name === '$default');
  return fallback && { stage: fallback, path };
};
