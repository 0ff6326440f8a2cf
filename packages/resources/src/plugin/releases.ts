import { aliasId, invokedArn, releaseGround, releaseTemplate } from '../cloudformation/release.ts';
import type { Invoker } from '../cloudformation/release-alarms.ts';
import { ConfigurationError } from '../errors.ts';
import { suggest } from '../suggest.ts';
import { aliasOf, type Stage, type TemplateResources, type Value } from '../template.ts';
import { list } from './contexts.ts';
import type { FunctionConfig, Serverless } from './serverless.ts';

/** How many versions of a function are kept: enough to go back to, few enough for the account's 75 GB of code. */
const KEPT_VERSIONS = 10;

/** What CodeDeploy has for functions, without `CodeDeployDefault.`. */
const CONFIGURATIONS = [
  ...[5, 10, 15, 30].map((minutes) => `LambdaCanary10Percent${minutes}Minutes`),
  'LambdaLinear10PercentEvery1Minute',
  ...[2, 3, 10].map((minutes) => `LambdaLinear10PercentEvery${minutes}Minutes`),
];

/**
 * Checks how the stage releases, and lets the framework publish versions where that is step by step.
 *
 * @throws ConfigurationError with the configuration that was meant, for one that CodeDeploy doesn't have.
 */
export const prepareReleases = ({ service }: Serverless, stage: Stage): void => {
  if (aliasOf(stage) === undefined) return;
  const { release } = stage.settings;
  if (!CONFIGURATIONS.includes(release)) {
    const known = ['all-at-once', ...CONFIGURATIONS];
    throw new ConfigurationError(
      `services/stages.yml, ${stage.stage}, release: there is no "${release}".${suggest(release, known)} There are ${list(known)}.`,
    );
  }
  service.provider.versionFunctions = true;
  service.provider.pruneFunctionVersions = { number: KEPT_VERSIONS };
};

/** Makes everything of the framework's that invokes the function do so through its alias, where it has one. Gives the ARN for the rest. */
export const invokeThroughAlias = (
  key: string,
  config: FunctionConfig,
  functionId: string,
  stage: Stage,
): Value => {
  const name = aliasOf(stage);
  if (name !== undefined) config.targetAlias = { name, logicalId: aliasId(key) };
  return invokedArn(key, functionId, stage);
};

/** What the releases of a service add to its template, once the framework has made the versions. */
export const releaseResources = (
  serverless: Serverless,
  context: string,
  stage: Stage,
): TemplateResources => {
  const functions = Object.entries(serverless.service.functions ?? {});
  const alias = aliasOf(stage);
  if (alias === undefined || functions.length === 0) return {};
  const releases = functions.map(([key, config]) =>
    releaseTemplate({
      address: { context, name: key },
      functionId: serverless.getProvider('aws').naming.getLambdaLogicalId(key),
      versionId: versionOf(key, config),
      invoker: invokerOf(config),
      alias,
      stage,
    }),
  );
  const names = functions.map(([key]) => key);
  return Object.assign({}, releaseGround(context, names, alias, stage), ...releases);
};

const versionOf = (key: string, { versionLogicalId }: FunctionConfig): string => {
  if (versionLogicalId !== undefined) return versionLogicalId;
  throw new Error(`The framework made no version of ${key}`);
};

const invokerOf = ({ events = [] }: FunctionConfig): Invoker => {
  if (events.some((event) => 'httpApi' in event)) return 'customer';
  return events.length > 0 ? 'source' : 'caller';
};

/** Workflows name functions; where the stage releases step by step, they have to name the alias. */
export const invokeAliases = ({ service }: Serverless, stage: Stage): void => {
  const alias = aliasOf(stage);
  if (alias === undefined) return;
  for (const { definition } of Object.values(service.stepFunctions?.stateMachines ?? {})) {
    qualify(definition, `:${alias}`);
  }
};

/** A name that JSONata makes up is the workflow's own business. */
const qualify = (value: unknown, qualifier: string): void => {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const [key, field] of Object.entries(fields)) {
    const isName = key === 'FunctionName' && typeof field === 'string' && !field.startsWith('{%');
    // What YAML's anchors share is met more than once.
    if (isName && !field.endsWith(qualifier)) fields[key] = `${field}${qualifier}`;
    qualify(field, qualifier);
  }
};
