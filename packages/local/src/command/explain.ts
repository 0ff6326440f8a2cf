import { AwsError } from '../cloud.ts';
import { StartError } from '../start-error.ts';

/** What to print of an error that ends the command: one line where it is for its user to change something, all of it otherwise. */
export const explain = (error: unknown): unknown => {
  if (error instanceof StartError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `${message}. Make room on the disk and start again`;
  // A step that can't be written down is not taken; the next start goes on from there.
  if (error instanceof AwsError && code === 'InternalFailure') return `${message}. Start again once it can`;
  return error;
};
