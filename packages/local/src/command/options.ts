import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULT_FORM, parseFault } from '../faults/fault.ts';
import { StartError } from '../start-error.ts';

export interface Options {
  readonly port: number;
  readonly dataFolder: string;
  readonly fresh: boolean;
  readonly verbose: boolean;
  /** Contexts to start, with what they need; undefined starts all. */
  readonly only: readonly string[] | undefined;
  /** When to fill the shop: where it is new, in any case, or never. */
  readonly seed: 'once' | 'again' | 'never';
  /** How many made-up products to add. */
  readonly products: number;
  /** The port for a debugger. */
  readonly inspect: number | undefined;
  readonly faults: readonly string[];
  readonly watch: boolean;
  readonly trace: boolean;
  /** Where to note which permissions are asked for. */
  readonly usageFolder: string | undefined;
}

export const help = `npm start -- [options]

  --port <number>     where the shop listens (default 3000; 0 takes a free port)
  --data <folder>     where its data is kept (default .emporium/data)
  --fresh             start with empty data
  --only <contexts>   start these alone, such as orders,payments, with what they need
  --seed [<number>]   fill the shelves again; with a number, add so many made-up products, too
  --no-seed           leave a new shop empty
  --inspect[=<port>]  let a debugger stop in a handler (default port 9229); functions then never time out
  --fault <what>      make calls fail on purpose; may be given several times (see below)
  --trace             trace the functions: what they did is asked of X-Ray at the endpoint
  --usage <folder>    note in it which permissions are asked for, and by whom
  --no-watch          don't reload what changes
  --verbose           show the functions' log lines as they are, metrics included
  --help              show this

A fault is written ${FAULT_FORM}:

  orders.placeOrder=0.1                       one invocation in ten crashes
  payments.capturePayment=0.5:PaymentError    half of them fail with that error
  dynamodb:PutItem=0.05:ProvisionedThroughputExceededException
  sqs=0.01:lost                               the call takes effect, but is answered with an error
  catalog.getProduct=1:500ms                  each invocation waits half a second first
`;

/** The options of the command line; undefined where only help is wanted. */
export const parseOptions = (args: readonly string[], root: string): Options | undefined => {
  const given = parse(args);
  if (given.help) return undefined;
  for (const fault of given.fault) parseFault(fault);
  const products = given.seed === undefined ? 0 : toNumber('--seed', given.seed, 1_000_000);
  return {
    port: toNumber('--port', given.port, 65_535),
    dataFolder: dataFolderOf(given.data, root),
    fresh: given.fresh,
    verbose: given.verbose,
    only: given.only?.split(',').map((name) => name.trim()),
    seed: given['no-seed'] ? 'never' : given.seed === undefined ? 'once' : 'again',
    products,
    inspect: given.inspect === undefined ? undefined : toNumber('--inspect', given.inspect, 65_535),
    faults: given.fault,
    watch: !given['no-watch'],
    trace: given.trace,
    usageFolder: given.usage && fromHere(given.usage),
  };
};

/** A relative folder is meant from where the command was typed. npm itself moves to the root first. */
export const dataFolderOf = (data: string | undefined, root: string): string =>
  data === undefined ? resolve(root, '.emporium/data') : fromHere(data);

const fromHere = (folder: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), folder);

const toNumber = (option: string, text: string, limit: number): number => {
  if (!/^\d{1,7}$/.test(text) || Number(text) > limit) {
    throw new StartError(`${option} has to be a number from 0 to ${limit}, not "${text}"`);
  }
  return Number(text);
};

/** Options whose value may be left out, and what it is then. */
const DEFAULTS: Readonly<Record<string, string>> = { '--inspect': '9229', '--seed': '0' };

/** With the values that were left out. */
const complete = (args: readonly string[]): string[] =>
  args.map((argument, index) => {
    const value = DEFAULTS[argument];
    return value === undefined || /^\d/.test(args[index + 1] ?? '') ? argument : `${argument}=${value}`;
  });

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: complete(args),
      options: {
        port: { type: 'string', default: process.env.PORT ?? '3000' },
        data: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        only: { type: 'string' },
        seed: { type: 'string' },
        'no-seed': { type: 'boolean', default: false },
        inspect: { type: 'string' },
        fault: { type: 'string', multiple: true, default: [] },
        trace: { type: 'boolean', default: false },
        usage: { type: 'string' },
        'no-watch': { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${(error as Error).message.split('. ')[0]}. See npm start -- --help`);
  }
};
