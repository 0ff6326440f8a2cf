import { hash, timingSafeEqual } from 'node:crypto';
import { secretVersions } from '../aws/secret-value.ts';
import type { Refreshed } from '../refreshed.ts';
import type { HttpEvent } from './input.ts';
import { HttpProblem } from './problem.ts';

/** CloudFront sets it, and takes the place of whatever a client sent under that name. */
const HEADER = 'x-origin-verify';

/** Digests are of one length, whatever somebody sends: so a comparison tells nothing about the secret's. */
const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Compares with every value, so that the time it takes does not tell which of them it was. */
const isAmong = (digests: readonly Buffer[], given: Buffer): boolean =>
  digests.reduce((found, each) => timingSafeEqual(each, given) || found, false);

/** By the secret's ARN. Two values are valid: a new one is known here before CloudFront is given it. */
const known = new Map<string, Refreshed<readonly Buffer[]>>();

const validValues = (arn: string): Refreshed<readonly Buffer[]> => {
  const values =
    known.get(arn) ?? secretVersions(arn, ['AWSCURRENT', 'AWSPREVIOUS'], (texts) => texts.map(digest));
  known.set(arn, values);
  return values;
};

const isOurs = async (given: string | undefined): Promise<boolean> => {
  if (!given) return false;
  const values = validValues(originSecretArn());
  const digested = digest(given);
  // A value that isn't known may be a new one.
  return isAmong(await values.get(), digested) || isAmong(await values.reload(), digested);
};

/** Where the link to the edge's secret stands, which the plugin gives to every function with a route. */
const originSecretArn = (): string => {
  const link = process.env.LINK_edge_OriginSecret;
  if (link !== undefined) return (JSON.parse(link) as { arn: string }).arn;
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'this function';
  throw new Error(`edge.OriginSecret is not linked to ${name}: give it an "httpApi" event in serverless.yml`);
};

/**
 * Refuses what did not come through the edge. `ORIGIN_VERIFICATION=off` is for `sls invoke local` and unit tests,
 * which have no edge; a test on the templates shows that nothing deployed has it.
 */
export const requireOrigin = async ({ headers }: Pick<HttpEvent, 'headers'>): Promise<void> => {
  if (process.env.ORIGIN_VERIFICATION === 'off') return;
  if (!(await isOurs(headers?.[HEADER]))) throw new HttpProblem(403, 'Forbidden');
  // Nothing after this has any use for it, and it can get into no log.
  delete headers[HEADER];
};
