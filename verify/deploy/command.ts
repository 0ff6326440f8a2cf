import { spawn } from 'node:child_process';

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

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly isKilled: boolean;
}

const runOnce = ({ file, args, folder, env, limitMs, signal }: Command): Promise<Ended> => {
  signal.throwIfAborted();
  // A group of its own: Compose's children would outlive it.
  const child = spawn(file, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let isKilled = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const kill = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  const timer = setTimeout(() => {
    isKilled = true;
    kill();
  }, limitMs);
  signal.addEventListener('abort', kill);
  return new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, isKilled }));
  }).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  });
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
