import inspector from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { explain } from './command/explain.ts';
import { help, parseOptions } from './command/options.ts';
import { run } from './command/run.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Ctrl-C is to be done within two seconds, whatever hangs. */
const STOP_AT_MOST_MS = 1700;

const stopping = new AbortController();
/** What to undo at the end, the last first. */
const undo: (() => unknown)[] = [];

const stop = async (code: number): Promise<never> => {
  // npm passes the signal on, and the terminal sends it, too: the second one changes nothing.
  if (stopping.signal.aborted) return new Promise(() => {});
  stopping.abort();
  setTimeout(() => {
    // Node itself waits for a worker that a debugger holds.
    if (inspector.url() !== undefined) process.kill(process.pid, 'SIGKILL');
    process.exit(code);
  }, STOP_AT_MOST_MS);
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (error) {
      console.error(error);
    }
  }
  process.exit(code);
};

const fail = (error: unknown): Promise<never> => {
  if (!stopping.signal.aborted) console.error(explain(error));
  return stop(1);
};

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void stop(0));
process.on('uncaughtException', (error) => void fail(error));

try {
  const options = parseOptions(process.argv.slice(2), root);
  if (options === undefined) console.log(help);
  else await run(options, { root, signal: stopping.signal, undo });
} catch (error) {
  await fail(error);
}
