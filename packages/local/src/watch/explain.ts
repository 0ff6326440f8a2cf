import { type BuildFailure, formatMessages } from 'esbuild';

/** How many of a build's errors are shown: one mistake may be followed by many. */
const SHOWN = 3;

/** esbuild's own words, which show the line. */
export const explain = async (error: unknown): Promise<string> => {
  const { errors } = error as BuildFailure;
  if (errors === undefined) return String(error);
  const messages = await formatMessages(errors.slice(0, SHOWN), { kind: 'error', color: false });
  return `${messages.join('').trim()}\nThe old code goes on.`;
};
