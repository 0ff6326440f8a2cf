import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StageSettings, TemplateResource } from '../template.ts';
import ResourcesPlugin from './index.ts';
import type { FunctionConfig, Serverless, WorkflowConfig } from './serverless.ts';

const index = join(dirname(fileURLToPath(import.meta.url)), '..', 'index.ts');

/** The definitions of each context, as the source text of what `defineResources` takes. */
export type Shop = Readonly<Record<string, string>>;

export interface Service {
  readonly context: string;
  readonly functions: Record<string, Partial<FunctionConfig>>;
  readonly stage?: string;
  readonly release?: string;
  readonly region?: string;
  readonly command?: string;
  readonly cache?: StageSettings['cache'];
  readonly workflow?: WorkflowConfig['definition'];
  readonly authorizers?: NonNullable<Serverless['service']['provider']['httpApi']>['authorizers'];
}

/** A folder of services for tests, and the plugin run for one of them by a stand-in for the framework. */
export const createShop = (shop: Shop) => {
  const folder = mkdtempSync(join(tmpdir(), 'emporium-resources-'));
  for (const [context, definitions] of Object.entries(shop)) {
    const source = `import * as r from '${index}';\nexport const resources = r.defineResources('${context}', ${definitions});\n`;
    mkdirSync(join(folder, context));
    writeFileSync(join(folder, context, 'resources.ts'), source);
    writeFileSync(join(folder, context, 'serverless.yml'), `functions: { step: {} }\n`);
  }
  return {
    run: async (service: Service) => {
      const serverless = standIn(join(folder, service.context), service);
      const { hooks } = new ResourcesPlugin(serverless);
      await hooks.initialize();
      hooks['before:package:compileFunctions']();
      if (serverless.service.provider.versionFunctions) {
        for (const [key, config] of Object.entries(serverless.service.functions ?? {})) {
          config.versionLogicalId = `${key}LambdaVersion`;
        }
      }
      hooks['after:package:compileFunctions']();
      const resources: Record<string, TemplateResource> = serverless.service.resources?.Resources ?? {};
      return { resources, functions: serverless.service.functions ?? {}, serverless };
    },
    folder,
    remove: () => rmSync(folder, { recursive: true }),
  };
};

const standIn = (serviceDir: string, service: Service): Serverless => {
  const {
    context,
    functions,
    stage = 'dev',
    release = 'all-at-once',
    region = 'us-east-1',
    command = 'package',
    workflow,
    authorizers,
    cache = { engine: 'memory' },
  } = service;
  const named = Object.entries(functions).map(([key, config]): [string, FunctionConfig] => [
    key,
    { name: `emporium-${context}-${stage}-${key}`, handler: `${key}.handler`, ...config },
  ]);
  return {
    serviceDir,
    classes: { Error },
    processedInput: { commands: command.split(' ') },
    configSchemaHandler: { defineFunctionProperties: () => {}, defineFunctionEvent: () => {} },
    service: {
      service: `emporium-${context}`,
      functions: Object.fromEntries(named),
      custom: {
        region: 'us-east-1',
        mailDomain: 'shop.example',
        stage: { logRetentionInDays: 30, release, cache },
      },
      ...(workflow && { stepFunctions: { stateMachines: { flow: { definition: workflow } } } }),
      provider: { timeout: 10, ...(authorizers && { httpApi: { authorizers } }) },
    },
    getProvider: () => ({
      getStage: () => stage,
      getRegion: () => region,
      getAwsSdkV3Config: async () => ({}),
      naming: {
        getStackName: () => `emporium-${context}-${stage}`,
        getLambdaLogicalId: (key) => `${key}LambdaFunction`,
        getLogGroupName: (name) => `/aws/lambda/${name}`,
      },
    }),
  };
};
