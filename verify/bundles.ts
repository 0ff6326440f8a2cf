import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { bundlesOf, type Stack } from './stacks.ts';

/** A function's packaged code. */
export interface Bundle {
  /** The function's name in `serverless.yml`. */
  readonly name: string;
  readonly size: number;
  readonly unpackedSize: number;
  /** All its code. */
  code(): string;
}

export const readBundles = (stack: Stack): readonly Bundle[] =>
  bundlesOf(stack).map((file) => {
    const bytes = readFileSync(join(stack.buildFolder, file));
    let unpackedSize = 0;
    unzipSync(bytes, {
      filter: ({ originalSize }) => {
        unpackedSize += originalSize;
        return false;
      },
    });
    return {
      name: file.replace(/\.zip$/, ''),
      size: bytes.length,
      unpackedSize,
      code: () =>
        Object.values(unzipSync(bytes, { filter: ({ name }) => name.endsWith('.cjs') }))
          .map((content) => Buffer.from(content).toString())
          .join('\n'),
    };
  });
