/** The rules of the house, see docs/decisions. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that import each other are one file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'services-are-islands',
      comment:
        "A service never imports another service's src. Share a contract through packages/contracts, or link the other's resource.",
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/([^/]+)/src/', pathNot: '^services/$1/' },
    },
    {
      name: 'domain-imports-no-aws',
      comment: 'src/domain is plain TypeScript that a property test can drive.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/' },
      to: {
        path: [
          '@aws-sdk',
          '@smithy',
          '@aws-lambda-powertools',
          '@middy',
          '^packages/functions/',
          '^packages/resources/',
        ],
      },
    },
    {
      name: 'packages-know-no-service',
      comment: 'Packages serve every service and therefore name none.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^services/' },
    },
    {
      name: 'the-shop-knows-no-laptop',
      comment:
        'Nothing in a service knows that it runs locally. Only tests and their helpers may import packages/testing.',
      severity: 'error',
      from: { path: '^services/', pathNot: '(\\.test|/test-helpers)\\.ts$' },
      to: { path: ['^packages/local/', '^packages/testing/'] },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency-in-production',
      comment: 'What a function bundles is a dependency of its workspace.',
      severity: 'error',
      from: {
        path: '^(services/[^/]+|packages/(functions|contracts|resources))/src',
        pathNot: '\\.test\\.ts$',
      },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.serverless|\\.esbuild)/' },
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
