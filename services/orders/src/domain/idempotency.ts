import { createHash } from 'node:crypto';

/** How long a repeat gets the first answer. */
export const REMEMBERED_SECONDS = 24 * 60 * 60;

/** The same for the same request, however its fields are ordered. */
export const fingerprintOf = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request, sortKeys)).digest('base64url');

const sortKeys = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
