import { AwsError, type Metrics, type WireAnswer } from '../cloud.ts';
import { type Input, tablesOf } from './permissions.ts';

/** How a call ended: well, or with the code of an error. */
interface Outcome {
  readonly code?: string | undefined;
  readonly status: number;
}

export interface Meter {
  /** Counts a call that began at `start`, by `performance.now()`. */
  count(action: string, input: Input, start: number, outcome: Outcome): void;
}

const NAMESPACE = 'AWS/DynamoDB';

/** What DynamoDB publishes of each call. */
/** What did not hold is no error of the user's. */
const CONDITIONS = new Set(['ConditionalCheckFailedException', 'TransactionCanceledException']);

/** What DynamoDB publishes of each call. */
export const createMeter = (metrics: Metrics): Meter => ({
  count: (action, input, start, { code = '', status }) => {
    const isCondition = CONDITIONS.has(code);
    for (const TableName of tablesOf(input)) {
      const dimensions = { TableName, Operation: action };
      if (status < 300) {
        const value = performance.now() - start;
        const name = 'SuccessfulRequestLatency';
        metrics.put({ namespace: NAMESPACE, name, dimensions, value, unit: 'Milliseconds' });
      } else if (isCondition) {
        const name = 'ConditionalCheckFailedRequests';
        metrics.put({ namespace: NAMESPACE, name, dimensions: { TableName }, value: 1 });
      } else if (status >= 500) {
        metrics.put({ namespace: NAMESPACE, name: 'SystemErrors', dimensions, value: 1 });
      }
    }
    // Of the account, not of a table.
    if (status >= 400 && status < 500 && !isCondition) {
      metrics.put({ namespace: NAMESPACE, name: 'UserErrors', dimensions: {}, value: 1 });
    }
  },
});

export const outcomeOf = ({ status, body }: WireAnswer): Outcome => {
  if (status < 300) return { status };
  const code = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(body.toString())?.[1];
  return { status, code };
};

export const outcomeOfError = (error: unknown): Outcome =>
  error instanceof AwsError ? { status: error.status, code: error.code } : { status: 500 };
