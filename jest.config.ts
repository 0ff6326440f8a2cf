import type { Config } from 'jest';

// The functions' own log lines and metrics would bury what the tests have to say.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED ??= 'true';

const config: Config = {
  testEnvironment: 'node',
  roots: [
    '<rootDir>/packages',
    '<rootDir>/services',
    '<rootDir>/stepfunctions',
    '<rootDir>/e2e',
    '<rootDir>/verify',
    '<rootDir>/release',
  ],
  // Generous, as machines are shared: no test waits for a fixed time, so only one that hangs gets there.
  testTimeout: 60_000,
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.serverless/', '/.esbuild/'],
  modulePathIgnorePatterns: ['/.serverless/', '/.esbuild/', '/.emporium/'],
  // Middy 7 publishes ES modules only, so the tests run as ES modules too.
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

export default config;
