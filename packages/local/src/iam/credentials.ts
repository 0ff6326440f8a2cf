import { uniqueId } from '../cloudformation/identity.ts';

/** Whoever calls with this access key may do anything: seeding, tests, the AWS CLI on this machine. */
export const rootAccessKey = 'local';

/** The secret of every access key on this machine. */
export const secretAccessKey = 'local';

/** The access key that a function's worker is given; it looks like one of a role's temporary ones. */
export const accessKeyOf = (functionName: string): string =>
  `ASIA${uniqueId(functionName, 16).toUpperCase()}`;
