import { spawn } from 'node:child_process';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends it, with all that it started. */
  readonly signal: AbortSignal;
  /** What it is ended with, by default SIGKILL. */
  readonly endWith?: NodeJS.Signals;
}

/** How a program ended, and all that it printed. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end, or until the signal ends it. Rejects where it can't be started. */
export const runProgram = async (program: Program): Promise<Ended> => {
  const { file, args, cwd, env, signal, endWith = 'SIGKILL' } = program;
  // A group of its own, so that ending it ends what it started, too.
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, endWith);
    } catch {
      // It ended by itself.
    }
  };
  signal.addEventListener('abort', end);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output };
  } finally {
    signal.removeEventListener('abort', end);
  }
};
