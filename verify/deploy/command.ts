import { type Ended, runProgram } from '../../packages/local/src/package/program.ts';

/** How many lines of a command are shown when it fails. */
const LAST_LINES = 25;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** After this it is killed, with all that it started. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a command to its end and returns what it printed. One that is killed at its limit runs once more, as the
 * framework can wait for ever for what has happened; `report` is told.
 *
 * @throws Error with the command's last lines when it fails, or has to be killed twice.
 */
export const runBounded = async (command: Command, report: (line: string) => void): Promise<string> => {
  const first = await runOnce(command);
  if (!first.isKilled) return outputOf(command, first);
  report(`killed after ${command.limitMs / 1000} s, its last lines:\n${lastLines(first.output)}\nonce more:`);
  const second = await runOnce(command);
  if (second.isKilled) throw new Error(`${nameOf(command)}: killed twice:\n${lastLines(second.output)}`);
  return outputOf(command, second);
};

const runOnce = async ({ file, args, folder, env, limitMs, signal }: Command) => {
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(limitMs);
  const ended = await runProgram({
    ...{ file, args, cwd: folder, env },
    signal: AbortSignal.any([signal, limit]),
  });
  return { ...ended, isKilled: limit.aborted };
};

const outputOf = (command: Command, { code, output }: Ended): string => {
  command.signal.throwIfAborted();
  if (code !== 0) throw new Error(`${nameOf(command)}: exit ${code}:\n${lastLines(output)}`);
  return output;
};

const nameOf = ({ file, args }: Command): string => [file, ...args].join(' ');

const lastLines = (output: string): string =>
  output
    .trimEnd()
    .split('\n')
    .slice(-LAST_LINES)
    .map((line) => `    ${line}`)
    .join('\n');
