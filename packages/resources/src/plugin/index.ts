import { basename, dirname, join } from 'node:path';
import { domainTemplate } from '../cloudformation/domain.ts';
import { keyTemplate } from '../cloudformation/key.ts';
import { resourceTemplate } from '../cloudformation/template.ts';
import { ConfigurationError } from '../errors.ts';
import type { Stage, TemplateResources } from '../template.ts';
import { useOwnUserPools } from './authorizers.ts';
import { checkCache, leaveOutInvalidators } from './caches.ts';
import { type Contexts, readContexts } from './contexts.ts';
import { deployedResources } from './deployed.ts';
import { isInvokedLocally, prepareFunction } from './functions.ts';
import { refuseLosses } from './kept.ts';
import { invokeAliases, prepareReleases, releaseResources } from './releases.ts';
import { checkRotations } from './rotations.ts';
import * as schema from './schema.ts';
import type { Serverless } from './serverless.ts';
import { deploySites, emptySites } from './site-deploy.ts';
import { withSite } from './sites.ts';
import { workflowRights } from './workflows.ts';

/**
 * The Serverless plugin: turns a service's `resources.ts` into CloudFormation, each function's `link` into variables
 * and a role of its own, and the events `subscribe`, `outbox`, `changes` and `invalidate` into queues and event source mappings.
 */
export default class ResourcesPlugin {
  readonly hooks = {
    initialize: async () => {
      try {
        await this.#prepare();
      } catch (error) {
        throw this.#reported(error);
      }
    },
    'before:package:compileFunctions': () => invokeAliases(this.#serverless, this.#stage()),
    'after:package:compileFunctions': () => {
      const { serviceDir } = this.#serverless;
      this.#add(releaseResources(this.#serverless, basename(serviceDir), this.#stage()));
    },
    'before:deploy:deploy': async () => {
      const { service, serviceDir } = this.#serverless;
      const letGo = (process.env.LET_GO ?? '').split(',');
      const next = service.provider.compiledCloudFormationTemplate?.Resources ?? {};
      try {
        const deployed = await deployedResources(this.#serverless);
        refuseLosses(deployed, next, letGo, `services/${basename(serviceDir)}`);
      } catch (error) {
        throw this.#reported(error);
      }
    },
    'after:deploy:deploy': async () => {
      const { own } = await readContexts(this.#serverless.serviceDir);
      await deploySites(this.#serverless, own);
    },
    'before:remove:remove': () => emptySites(this.#serverless),
  };
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    const { configSchemaHandler } = serverless;
    configSchemaHandler.defineFunctionProperties('aws', { properties: { link: schema.link } });
    configSchemaHandler.defineFunctionEvent('aws', 'subscribe', schema.subscribe);
    configSchemaHandler.defineFunctionEvent('aws', 'outbox', schema.outbox);
    configSchemaHandler.defineFunctionEvent('aws', 'changes', schema.changes);
    configSchemaHandler.defineFunctionEvent('aws', 'invalidate', schema.invalidate);
  }

  /** A wrong name in the configuration is told in one line; a defect of ours keeps its stack. */
  #reported(error: unknown): unknown {
    return error instanceof ConfigurationError
      ? new this.#serverless.classes.Error(error.message, 'EMPORIUM_RESOURCES')
      : error;
  }

  #stage(): Stage {
    const { custom } = this.#serverless.service;
    const aws = this.#serverless.getProvider('aws');
    return {
      stage: aws.getStage(),
      region: aws.getRegion(),
      stageRegion: custom.region,
      mailDomain: custom.mailDomain,
      settings: custom.stage,
    };
  }

  /** What `serverless.yml` itself says of a resource wins. */
  #add(...generated: readonly TemplateResources[]): void {
    const { service } = this.#serverless;
    service.resources ??= {};
    service.resources.Resources = Object.assign({}, ...generated, service.resources.Resources);
  }

  /** Where the stage has a domain, its distribution answers to it. */
  #addDomain({ own }: Contexts): void {
    const { domain } = this.#serverless.service.custom;
    const resources = this.#serverless.service.resources?.Resources ?? {};
    for (const [name, { kind }] of Object.entries(own.definitions)) {
      const distribution = resources[name];
      if (kind !== 'distribution' || distribution === undefined || domain === undefined) continue;
      Object.assign(resources, domainTemplate(name, distribution, domain));
    }
  }

  async #prepare(): Promise<void> {
    const { service, serviceDir } = this.#serverless;
    const stage = this.#stage();
    checkCache(stage.settings.cache);
    if (!isInvokedLocally(this.#serverless)) leaveOutInvalidators(service.functions, stage);
    prepareReleases(this.#serverless, stage);
    const contexts = await readContexts(serviceDir);
    useOwnUserPools(service.provider.httpApi?.authorizers ?? {}, contexts.own, stage.stage);
    const functions = Object.entries(service.functions ?? {}).map(([key, config]) =>
      prepareFunction({ key, config, contexts, stage, serverless: this.#serverless }),
    );
    checkRotations(contexts.own, Object.keys(service.functions ?? {}));
    const generated = [ownResources(contexts, stage, dirname(serviceDir)), ...functions];
    this.#add(...(await Promise.all(generated)));
    this.#addDomain(contexts);
    const resources = service.resources?.Resources ?? {};
    service.resources = {
      ...service.resources,
      Resources: { ...resources, ...keyTemplate(contexts.own, resources, stage) },
    };
  }
}

const ownResources = async (
  contexts: Contexts,
  stage: Stage,
  services: string,
): Promise<TemplateResources> => {
  const { context, definitions } = contexts.own;
  const templates = Object.entries(definitions).map(async ([name, definition]) => {
    const address = { context, name };
    const rights =
      definition.kind === 'stateMachine'
        ? await workflowRights(address, definition, { contexts, stage, services })
        : undefined;
    const template = resourceTemplate(address, definition, stage, rights);
    return definition.kind === 'site'
      ? withSite(template, name, join(services, context), definition.folder)
      : template;
  });
  return Object.assign({}, ...(await Promise.all(templates)));
};
