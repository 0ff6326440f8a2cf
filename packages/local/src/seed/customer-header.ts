import { readFileSync, writeFileSync } from 'node:fs';
import type { Log } from '../cloud.ts';
import { expiryOf } from '../http-api/jwt-authorizer.ts';
import { demoCustomer } from './demo.ts';
import { signIn } from './requests.ts';

/** A token is replaced when less than this is left of it. */
const MARGIN_MS = 20 * 60_000;

const CHECK_EVERY_MS = 30_000;

/** Keeps a file with the demo customer's `authorization:` header, for `curl -H @file`, as long as the shop runs. */
export const keepCustomerHeader = async (url: string, file: string, log: Log): Promise<() => void> => {
  const renew = async () => {
    if (expiryOf(tokenIn(file)) - Date.now() > MARGIN_MS) return;
    writeFileSync(file, `authorization: ${await signIn(url, demoCustomer)}\n`, { mode: 0o600 });
  };
  await renew();
  // By the clock, not by one long timer: a laptop may sleep in between.
  const timer = setInterval(() => {
    renew().catch((error: Error) => log.warn('seed', `can't renew ${file}: ${error.message}`));
  }, CHECK_EVERY_MS);
  return () => clearInterval(timer);
};

const tokenIn = (file: string): string => {
  try {
    return /Bearer (\S+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
};
