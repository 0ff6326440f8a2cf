import { offlineLinkValue } from '../cloudformation/offline-links.ts';
import { role } from '../cloudformation/role.ts';
import { linkVariable } from '../handles.ts';
import { logGroupArn, logicalId, shortName } from '../naming.ts';
import { allow, getAtt, type Stage, type Statement, sub, type TemplateResources } from '../template.ts';
import { logStreams, xray } from '../wildcards.ts';
import type { Contexts } from './contexts.ts';
import { eventSources } from './events.ts';
import { type Link, linkEnvironment, linkStatements, readLinks } from './links.ts';
import { joinNetwork } from './network.ts';
import { invokeThroughAlias } from './releases.ts';
import type { FunctionConfig, Serverless } from './serverless.ts';

export interface FunctionOptions {
  readonly key: string;
  readonly config: FunctionConfig;
  readonly contexts: Contexts;
  readonly stage: Stage;
  readonly serverless: Serverless;
}

/** Gives a function its environment and its role, and returns what the template needs for it. */
export const prepareFunction = async (options: FunctionOptions): Promise<TemplateResources> => {
  const { key, config, contexts, stage, serverless } = options;
  const { context } = contexts.own;
  const aws = serverless.getProvider('aws');
  const where = `services/${context}/serverless.yml, ${key}`;
  const links = await readLinks(withImplied(config), contexts, `${where}, link`);
  const sources = await eventSources({
    address: { context, name: key },
    config,
    invoked: invokeThroughAlias(key, config, aws.naming.getLambdaLogicalId(key), stage),
    timeout: config.timeout ?? serverless.service.provider.timeout ?? 6,
    contexts,
    stage,
    where,
  });
  const network = joinNetwork({ key, config, links, stage, where });
  const statements = [
    ...network.statements,
    ...linkStatements(links, stage),
    ...sources.flatMap((source) => source.statements),
    ...observability(aws.naming.getLogGroupName(config.name)),
  ];
  const roleId = `${logicalId(key)}FunctionRole`;
  config.role = getAtt(roleId, 'Arn');
  config.environment = {
    POWERTOOLS_SERVICE_NAME: context,
    ...(isInvokedLocally(serverless) ? offlineEnvironment(links, stage) : linkEnvironment(links, stage)),
    ...config.environment,
  };
  const name = shortName(`${config.name}-${stage.region}`);
  return {
    [roleId]: role({ name, principal: 'lambda.amazonaws.com', statements }),
    ...network.resources,
    ...Object.assign({}, ...sources.map((source) => source.resources)),
  };
};

/** An outbox is relayed to the platform's bus; a route answers only what came through the edge. */
const withImplied = ({ link = {}, events = [] }: FunctionConfig): Record<string, string[]> => ({
  ...(events.some(({ outbox }) => outbox !== undefined) && { 'platform.EventBus': ['publish'] }),
  ...(events.some(({ httpApi }) => httpApi !== undefined) && { 'edge.OriginSecret': ['read'] }),
  ...link,
});

const observability = (logGroup: string): Statement[] => [
  allow(logStreams.actions, sub(`${logGroupArn(logGroup)}:*`)),
  allow(xray.actions, '*'),
];

/** `sls invoke local` resolves no `Fn::Sub`, and would ask AWS for a `Ref`. */
export const isInvokedLocally = ({ processedInput }: Serverless): boolean =>
  processedInput.commands.join(' ') === 'invoke local';

const offlineEnvironment = (links: readonly Link[], stage: Stage): Record<string, string> => ({
  // Nothing on this machine's way to a function is an edge that could add the header.
  ORIGIN_VERIFICATION: 'off',
  ...Object.fromEntries(
    links.map(({ target }) => [linkVariable(target.context, target.name), offlineLinkValue(target, stage)]),
  ),
});
