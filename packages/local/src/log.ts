import type { Log } from './cloud.ts';

const colours = { info: '', warn: '\u001b[33m', error: '\u001b[31m' };

/** Writes `label  message`, a line each, to standard error; coloured where a person is looking. */
export const createLog = (stream: NodeJS.WriteStream = process.stderr): Log => {
  const write = (level: keyof typeof colours) => (label: string, message: string) => {
    const text = `${label.padEnd(32)} ${message}`;
    stream.write(stream.isTTY && colours[level] !== '' ? `${colours[level]}${text}\u001b[0m\n` : `${text}\n`);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
};

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
