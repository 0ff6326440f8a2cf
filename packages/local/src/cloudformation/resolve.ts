import type { Resource } from '../cloud.ts';
import { StartError } from '../start-error.ts';
import { refuseCycles } from './cycles.ts';
import { type Identity, identify, isKnownType, uniqueId } from './identity.ts';
import { resolve, type Scope } from './intrinsics.ts';
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
  const everything: Everything = {
    surroundings,
    exported: (name) => findExport(templates, stacks, name),
    parameter: (name) => findParameter(templates, stacks, name),
  };
  for (const template of templates) stacks.set(template, createStack(template, everything));
  return [...stacks.values()].flatMap((stack) => stack.resources());
};

interface Everything {
  readonly surroundings: Surroundings;
  exported(name: string): unknown;
  parameter(name: string): string | undefined;
}

interface Stack {
  resources(): Resource[];
  identity(logicalId: string, at: string): Identity;
  value(value: unknown, at: string): unknown;
  exists(resource: { Condition?: string }): boolean;
}

const createStack = (template: Template, everything: Everything): Stack => {
  const { region, accountId, endpoint } = everything.surroundings;
  const identities = new Map<string, Identity | 'in progress'>();
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
      if (parameter.Default === undefined) throw fail(at, `the parameter "${name}" has no value`);
      return parameter.Default;
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
      const value = everything.exported(name);
      if (value === undefined) throw fail(at, `no stack exports "${name}"`);
      return value;
    },
    condition: (name, at) => {
      const condition = template.conditions[name];
      if (condition === undefined) throw fail(at, `there is no condition "${name}"`);
      return Boolean(resolve(condition, scope, `Conditions.${name}`));
    },
    mapping: (map, top, second, at) => {
      const value = template.mappings[map]?.[top]?.[second];
      if (value === undefined) throw fail(at, `there is no mapping ${map}.${top}.${second}`);
      return value;
    },
    parameter: (name, at) => {
      const value = everything.parameter(name);
      if (value === undefined) throw fail(at, `no template defines the SSM parameter "${name}"`);
      return value;
    },
  };

  const value = (input: unknown, at: string): unknown =>
    toLocalQueueUrls(resolve(input, scope, at), everything.surroundings);

  const identity = (logicalId: string, at: string): Identity => {
    const known = identities.get(logicalId);
    if (known === 'in progress') throw fail(at, `"${logicalId}" refers to itself`);
    if (known !== undefined) return known;
    const resource = template.resources[logicalId];
    if (resource === undefined || !exists(resource)) {
      throw fail(at, `"${logicalId}" is neither a resource nor a parameter of this template`);
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
    const properties = value(resource.Properties ?? {}, `${at}.Properties`) as Record<string, unknown>;
    return { service: template.service, logicalId, type: resource.Type, properties, ref, arn };
  };

  return {
    value,
    exists,
    identity,
    resources: () => {
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

const findExport = (templates: readonly Template[], stacks: Map<Template, Stack>, name: string): unknown => {
  for (const template of templates) {
    const stack = stacks.get(template);
    for (const [key, output] of Object.entries(template.outputs)) {
      if (stack === undefined || output.Export === undefined || !stack.exists(output)) continue;
      if (stack.value(output.Export.Name, `Outputs.${key}`) === name) {
        return stack.value(output.Value, `Outputs.${key}`);
      }
    }
  }
  return undefined;
};

const findParameter = (
  templates: readonly Template[],
  stacks: Map<Template, Stack>,
  name: string,
): string | undefined => {
  for (const template of templates) {
    const stack = stacks.get(template);
    for (const [logicalId, resource] of Object.entries(template.resources)) {
      if (resource.Type !== 'AWS::SSM::Parameter' || stack === undefined || !stack.exists(resource)) continue;
      const at = `Resources.${logicalId}`;
      if (stack.value(resource.Properties?.Name, at) === name) {
        return String(stack.value(resource.Properties?.Value, at));
      }
    }
  }
  return undefined;
};
