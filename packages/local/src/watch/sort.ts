/** What a change to a file asks for. */
export type Kind =
  /** To bundle the functions that contain it. */
  | 'source'
  /** To package services again. */
  | 'configuration'
  /** To start anew: it decides what `npm start` itself runs on. */
  | 'restart'
  | 'nothing';

const CONFIGURATION = [/\.ya?ml$/, /^services\/[^/]+\/resources\.ts$/];
const RESTART = [/(?:^|\/)package(?:-lock)?\.json$/, /(?:^|\/)\.env$/];
const NOTHING = [/\.test\.ts$/, /\.md$/, /\.types\.ts$/];
/** Of the files beside the folders, these alone matter. */
const AT_ROOT = new Set(['serverless-compose.yml', 'package.json', 'package-lock.json', '.env']);

/** Tells what a file is for; `path` is relative to the root, with slashes. */
export const kindOf = (path: string): Kind => {
  const is = (patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(path));
  if (is(NOTHING) || (!path.includes('/') && !AT_ROOT.has(path))) return 'nothing';
  if (is(RESTART)) return 'restart';
  return is(CONFIGURATION) ? 'configuration' : 'source';
};
