import { isAbsolute, join, relative } from 'node:path';
import { demoOrder } from '../seed/demo.ts';

/** A file with one `authorization:` header, the demo customer's, which is kept valid while the shop runs. */
export const customerHeaderFile = (dataFolder: string): string => join(dataFolder, 'customer.header');

/** The two lines to copy: one places an order, the other shows what became of it. */
export const curlLines = (url: string, dataFolder: string): { place: string; look: string } => {
  const header = `-H ${quote(`@${shortPath(customerHeaderFile(dataFolder))}`)}`;
  const key = '-H "idempotency-key: $(date +%s%N)"';
  const body = `-H 'content-type: application/json' -d ${quote(JSON.stringify(demoOrder))}`;
  return {
    place: `curl -sS ${url}/api/orders ${header} ${key} ${body}`,
    look: `curl -sS ${url}/api/orders ${header}`,
  };
};

/** Relative to where the command was typed, where that is shorter. */
export const shortPath = (path: string): string => {
  const short = relative(process.env.INIT_CWD ?? process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
};

const quote = (text: string): string =>
  /^[\w@./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
