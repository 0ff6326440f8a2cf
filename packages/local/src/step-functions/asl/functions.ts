import { createHash, randomUUID } from 'node:crypto';

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** The most elements that AWS's memory limit leaves `$range`, measured there. */
const MAX_RANGE = 360_145;

/** What AWS says of an evaluation that holds too much. */
export const OUT_OF_MEMORY = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';

const invalid = (message: string) => Object.assign(new Error(message), { code: 'D3137' });

/** Splits an array into parts of `size`, the last perhaps shorter. AWS rounds towards zero, and gives nothing for 0. */
const partition = (values: unknown[] | undefined, size?: number): unknown[][] | undefined => {
  if (values === undefined || values.length === 0) return undefined;
  const step = Math.trunc(size ?? values.length);
  if (step < 0) throw invalid('Second argument must be zero or greater');
  if (step === 0) return undefined;
  return Array.from({ length: Math.ceil(values.length / step) }, (_, at) =>
    values.slice(at * step, at * step + step),
  );
};

/** The numbers from `start` to `end`, both included where the step lands on it; a single one is no array. */
const range = (start: number, end: number, by = 0): number[] | number | undefined => {
  const [first, last, step] = [Math.trunc(start), Math.trunc(end), Math.trunc(by)];
  const length = step === 0 ? 0 : Math.floor((last - first) / step) + 1;
  if (length <= 0) return undefined;
  if (length > MAX_RANGE) throw new Error(OUT_OF_MEMORY);
  return length === 1 ? first : Array.from({ length }, (_, at) => first + at * step);
};

const hash = (text: string | undefined, algorithm?: string): string | undefined => {
  if (text === undefined || algorithm === undefined) return undefined;
  const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (!name) throw invalid(`Unsupported hash algorithm: ${algorithm}`);
  return createHash(name).update(text).digest('hex');
};

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** `java.util.Random(seed).nextDouble()`, which is what a seeded `$random` gives on AWS. */
const seeded = (seed: number): number => {
  let state = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK;
  const next = (bits: bigint) => {
    state = (state * MULTIPLIER + 0xbn) & MASK;
    return state >> (48n - bits);
  };
  return Number((next(26n) << 27n) + next(27n)) / 2 ** 53;
};

const random = (seed?: number): number => (seed === undefined ? Math.random() : seeded(seed));

const parse = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    throw invalid(`Invalid JSON: ${(error as Error).message}`);
  }
};

/** The functions that Step Functions adds to JSONata, each with its JSONata signature. */
export const stepFunctions: readonly {
  readonly name: string;
  readonly signature: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSONata's own type; its signature checks the arguments
  readonly run: (...args: any[]) => unknown;
}[] = [
  { name: 'partition', signature: '<an?:a>', run: partition },
  { name: 'range', signature: '<nnn?:x>', run: range },
  { name: 'hash', signature: '<ss?:s>', run: hash },
  { name: 'random', signature: '<n?:n>', run: random },
  { name: 'uuid', signature: '<:s>', run: () => randomUUID() },
  { name: 'parse', signature: '<s?:x>', run: parse },
];
