import type { Datum, Metrics } from '../cloud.ts';
import type { Stage } from './stages.ts';

interface Counted {
  readonly route?: { readonly key: string } | undefined;
  readonly stage?: string | undefined;
  readonly status: number;
  readonly latencyMs: number;
  /** Undefined where no function was asked. */
  readonly integrationMs?: number | undefined;
  readonly requestBytes: number;
  readonly answerBytes: number;
}

type Dimensions = Datum['dimensions'];

/** Counts the requests of an API as it does itself: by API, by stage and, where the template asks for it, by route. */
export const createCount = (
  metrics: Metrics,
  apiId: string,
  stages: readonly Stage[],
): ((counted: Counted) => void) => {
  const known = new Map<string, readonly Dimensions[]>();
  const dimensionsOf = (
    stageName: string | undefined,
    routeKey: string | undefined,
  ): readonly Dimensions[] => {
    const stage = stages.find(({ name }) => name === stageName);
    if (stage === undefined) return [{ ApiId: apiId }];
    const sets: Dimensions[] = [{ ApiId: apiId }, { ApiId: apiId, Stage: stage.name }];
    if (routeKey !== undefined && stage.hasDetailedMetrics(routeKey)) {
      const [Method = '', Resource = Method] = routeKey.split(' ');
      sets.push({ ApiId: apiId, Method, Resource, Stage: stage.name });
    }
    return sets;
  };
  return ({ route, stage, status, latencyMs, integrationMs, requestBytes, answerBytes }) => {
    const key = `${stage} ${route?.key}`;
    const sets = known.get(key) ?? dimensionsOf(stage, route?.key);
    known.set(key, sets);
    const put = (name: string, value: number, unit?: Datum['unit']) => {
      for (const dimensions of sets) {
        metrics.put({ namespace: 'AWS/ApiGateway', name, dimensions, value, ...(unit && { unit }) });
      }
    };
    put('Count', 1);
    put('4xx', status >= 400 && status < 500 ? 1 : 0);
    put('5xx', status >= 500 ? 1 : 0);
    put('Latency', latencyMs, 'Milliseconds');
    put('DataProcessed', requestBytes + answerBytes, 'Bytes');
    if (integrationMs !== undefined) put('IntegrationLatency', integrationMs, 'Milliseconds');
  };
};
