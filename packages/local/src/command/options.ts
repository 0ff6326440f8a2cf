import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StartError } from '../start-error.ts';

export interface Options {
  readonly port: number;
  readonly dataFolder: string;
  readonly fresh: boolean;
  readonly verbose: boolean;
}

export const help = `npm start -- [options]

  --port <number>   where the shop listens (default 3000; 0 takes a free port)
  --data <folder>   where its data is kept (default .emporium/data)
  --fresh           start with empty data
  --verbose         show the functions' log lines as they are, metrics included
  --help            show this
`;

/** The options of the command line; undefined where only help is wanted. */
export const parseOptions = (args: readonly string[], root: string): Options | undefined => {
  const { port, data, fresh, verbose, help: wantsHelp } = parse(args);
  if (wantsHelp) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new StartError(`--port has to be a number from 0 to 65535, not "${port}"`);
  }
  return { port: Number(port), dataFolder: dataFolderOf(data, root), fresh, verbose };
};

/** A relative folder is meant from where the command was typed. npm itself moves to the root first. */
export const dataFolderOf = (data: string | undefined, root: string): string =>
  data === undefined ? resolve(root, '.emporium/data') : resolve(process.env.INIT_CWD ?? process.cwd(), data);

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: process.env.PORT ?? '3000' },
        data: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${(error as Error).message.split('. ')[0]}. See npm start -- --help`);
  }
};
