import type { Cloud } from '../cloud.ts';
import type { Rule } from './rules.ts';

/** Counts one in a metric of EventBridge's own. */
export const count = (cloud: Cloud, { dimensions }: Rule, name: string): void =>
  cloud.metrics.put({ namespace: 'AWS/Events', name, dimensions, value: 1 });
