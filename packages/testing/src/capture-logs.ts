type LogLine = Readonly<Record<string, unknown>> & { readonly level?: string; readonly message?: string };

/** What was logged since, one JSON object a line. */
export interface CapturedLogs {
  readonly lines: readonly LogLine[];
  /** Everything as text: for asserting that something does not stand in it. */
  readonly text: string;
  stop(): void;
}

const isText = (chunk: unknown): chunk is string => typeof chunk === 'string';

/**
 * Takes what is written to standard output and standard error from here on, as CloudWatch Logs would.
 *
 * @example
 * const logs = captureLogs();
 * await handler(event, lambdaContext());
 * logs.stop();
 * expect(logs.lines).toContainEqual(expect.objectContaining({ level: 'ERROR', correlationId: 'c-1' }));
 */
export const captureLogs = (): CapturedLogs => {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = ((chunk: unknown) => {
      if (isText(chunk)) written.push(chunk);
      return true;
    }) as typeof stream.write;
  }
  return {
    get text() {
      return written.join('');
    },
    get lines() {
      return written
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as LogLine);
    },
    stop() {
      streams.forEach((stream, index) => {
        const original = originals[index];
        if (original) stream.write = original;
      });
    },
  };
};
