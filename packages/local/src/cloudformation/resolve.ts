import type { Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { type CrossStack, createCrossStack } from './cross-stack.ts';
import { refuseCycles } from './cycles.ts';
import { type Identity, identify, isKnownType, uniqueId } from './identity.ts';
import { resolve, resolveCondition, type Scope } from './intrinsics.ts';
import { refuseTakenNames } from './names.ts';
import { defaultOf } from './parameters.ts';
import type { Template, TemplateResource } from './templates.ts';

export interface Surroundings {
  readonly region: string;
  readonly accountId: string;
  readonly endpoint: string;
}

/** Every resource of every template, as it would exist after `deploy`: intrinsic functions resolved, across stacks too. */
export const resolveTemplates = (
  templates: readonly Template[],
  surroundings: Surroundings,
): readonly Resource[] => {
  for (const template of templates) refuseCycles(template);
  const stacks = new Map<Template, Stack>();
  const others = createCrossStack(stacks);
  for (const template of templates) stacks.set(template, createStack(template, surroundings, others));
  const made = [...stacks].map(([template, stack]) => ({ template, resources: stack.resources() }));
  refuseTakenNames(made);
  return made.flatMap(({ resources }) => resources);
};

interface Stack {
  resources(): Resource[];
  identity(logicalId: string, at: string): Identity;
  value(value: unknown, at: string): unknown;
  exists(resource: { Condition?: string }): boolean;
}

const createStack = (template: Template, surroundings: Surroundings, others: CrossStack): Stack => {
  const { region, accountId, endpoint } = surroundings;
  const identities = new Map<string, Identity | 'in progress'>();
  const conditions = new Map<string, boolean | 'in progress'>();
  const pseudo: Record<string, unknown> = {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': template.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${template.stackName}/local`,
    'AWS::NotificationARNs': [],
  };
  const fail = (at: string, message: string) => new StartError(`${template.file}: ${message} (at ${at})`);
  const exists = (resource: { Condition?: string }) =>
    resource.Condition === undefined || scope.condition(resource.Condition, 'Condition');

  const scope: Scope = {
    region,
    fail,
    ref: (name, at) => {
      if (name in pseudo) return pseudo[name];
      const parameter = template.parameters[name];
      if (parameter === undefined) return identity(name, at).ref;
      return defaultOf(name, parameter, {
        ssm: (parameterName) => scope.parameter(parameterName, `Parameters.${name}`),
        fail: (message) => fail(`Parameters.${name}`, message),
      });
    },
    attribute: (logicalId, attribute, at) => {
      const found = identity(logicalId, at);
      if (attribute === 'Arn') return found.arn;
      const value = found.attributes?.[attribute];
      if (value !== undefined) return value;
      const type = template.resources[logicalId]?.Type ?? '';
      if (isKnownType(type)) throw fail(at, `${type} "${logicalId}" has no attribute "${attribute}"`);
      return `${found.ref}.${attribute}`;
    },
    importValue: (name, at) => {
      const value = others.exported(name);
      if (value === undefined) throw fail(at, `no stack exports "${name}"`);
      return value;
    },
    condition: (name, at) => {
      const known = conditions.get(name);
      if (known === 'in progress') throw fail(at, `the condition "${name}" refers to itself`);
      if (known !== undefined) return known;
      const condition = template.conditions[name];
      if (condition === undefined) throw fail(at, `there is no condition "${name}"`);
      conditions.set(name, 'in progress');
      const holds = resolveCondition(condition, scope, `Conditions.${name}`);
      conditions.set(name, holds);
      return holds;
    },
    mapping: (map, top, second, at) => {
      const value = template.mappings[map]?.[top]?.[second];
      if (value === undefined) throw fail(at, `there is no mapping ${map}.${top}.${second}`);
      return value;
    },
    parameter: (name, at) => {
      const value = others.parameter(name);
      if (value === undefined) throw fail(at, `no template defines the SSM parameter "${name}"`);
      return value;
    },
  };

  const value = (input: unknown, at: string): unknown =>
    toLocalQueueUrls(resolve(input, scope, at), surroundings);

  const identity = (logicalId: string, at: string): Identity => {
    const known = identities.get(logicalId);
    if (known === 'in progress') throw fail(at, `"${logicalId}" refers to itself`);
    if (known !== undefined) return known;
    const resource = template.resources[logicalId];
    if (resource === undefined) {
      throw fail(at, `"${logicalId}" is neither a resource nor a parameter of this template`);
    }
    if (!exists(resource)) {
      throw fail(at, `"${logicalId}" does not exist, as its condition "${resource.Condition}" does not hold`);
    }
    identities.set(logicalId, 'in progress');
    const property = (name: string) =>
      value(resource.Properties?.[name], `Resources.${logicalId}.Properties.${name}`);
    const made = identify(resource.Type, {
      logicalId,
      stackName: template.stackName,
      region,
      accountId,
      endpoint,
      property,
      name: (name) => String(property(name) ?? `${template.stackName}-${logicalId}`),
      arn: (service, rest) => `arn:aws:${service}:${region}:${accountId}:${rest}`,
      unique: (length) => uniqueId(`${template.stackName}/${logicalId}`, length),
    });
    identities.set(logicalId, made);
    return made;
  };

  const describe = ([logicalId, resource]: [string, TemplateResource]): Resource => {
    const at = `Resources.${logicalId}`;
    const { ref, arn } = identity(logicalId, at);
    const { Type: type, Metadata: metadata } = resource;
    const properties = value(resource.Properties ?? {}, `${at}.Properties`) as Record<string, unknown>;
    const { service } = template;
    return { service, logicalId, type, properties, ...(metadata && { metadata }), ref, arn };
  };

  return {
    value,
    exists,
    identity,
    resources: () => {
      for (const [key, output] of Object.entries(template.outputs)) {
        if (exists(output)) value(output.Value, `Outputs.${key}.Value`);
      }
      return Object.entries(template.resources)
        .filter(([, resource]) => exists(resource))
        .map(describe);
    },
  };
};

/** Queue URLs written by convention, for queues of other stacks, have to lead here and not to AWS. */
const toLocalQueueUrls = (value: unknown, surroundings: Surroundings): unknown => {
  const { region, accountId, endpoint } = surroundings;
  const awsUrl = `https://sqs.${region}.amazonaws.com/${accountId}/`;
  const replace = (item: unknown): unknown => {
    if (typeof item === 'string') return item.replaceAll(awsUrl, `${endpoint}/${accountId}/`);
    if (item === null || typeof item !== 'object') return item;
    if (Array.isArray(item)) return item.map(replace);
    return Object.fromEntries(Object.entries(item).map(([key, entry]) => [key, replace(entry)]));
  };
  return replace(value);
};
