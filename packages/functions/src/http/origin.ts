import { hash, timingSafeEqual } from 'node:crypto';
import { secretVersions } from '../aws/secret-value.ts';
import { givenLink } from '../given-link.ts';
import { oncePerKey } from '../once-per-key.ts';
import type { HttpEvent } from './input.ts';
import { HttpProblem } from './problem.ts';

/** CloudFront sets it, and takes the place of whatever a client sent under that name. */
const HEADER = 'x-origin-verify';

/** Digests are of one length, whatever somebody sends: so a comparison tells nothing about the secret's. */
const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Compares with every value, so that the time it takes does not tell which of them it was. */
const isAmong = (digests: readonly Buffer[], given: Buffer): boolean =>
  digests.reduce((found, each) => timingSafeEqual(each, given) || found, false);

/** Two values are valid: a new one is known here before CloudFront is given it. */
const validValues = oncePerKey((arn) =>
  secretVersions(arn, ['AWSCURRENT', 'AWSPREVIOUS'], (texts) => texts.map(digest)),
);

const isOurs = async (given: string | undefined): Promise<boolean> => {
  if (!given) return false;
  const values = validValues(givenLink('edge', 'OriginSecret', 'httpApi').arn as string);
  const digested = digest(given);
  // A value that isn't known may be a new one.
  return isAmong(await values.get(), digested) || isAmong(await values.reload(), digested);
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
