import { AwsError, type Cloud } from '../cloud.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';

/** One version of a parameter. */
export interface ParameterVersion {
  readonly version: number;
  /** Of a SecureString, what KMS made of it, in base64. */
  readonly value: string;
  readonly keyId?: string;
  readonly modifiedAt: number;
}

/** A parameter, as it is kept: its newest version last. */
export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly type: ParameterType;
  readonly dataType: string;
  readonly versions: readonly ParameterVersion[];
  /** What the template said, when it was last acted on. */
  readonly template?: string;
}

interface Template {
  readonly Type: ParameterType;
  readonly Value: string;
  readonly DataType?: string;
}

export interface Parameters {
  find(name: string): Parameter | undefined;
  /** By name, in order. */
  list(): readonly Parameter[];
  save(parameter: Parameter): void;
}

/** AWS keeps so many versions of a parameter. */
const MAX_VERSIONS = 100;

export const parameterArn = (
  { region, accountId }: Pick<Cloud, 'region' | 'accountId'>,
  name: string,
): string => `arn:aws:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;

export const withVersion = (parameter: Parameter, version: Omit<ParameterVersion, 'version'>): Parameter => {
  const number = (parameter.versions.at(-1)?.version ?? 0) + 1;
  return {
    ...parameter,
    versions: [...parameter.versions, { ...version, version: number }].slice(-MAX_VERSIONS),
  };
};

/** Opens the parameters of the templates, and those that calls have put. A template's value is set where it is new. */
export const openParameters = (cloud: Cloud, now: () => number): Parameters => {
  const store = cloud.store('ssm');
  const templates = cloud.ofType<Template>('AWS::SSM::Parameter');
  const named = new Set(templates.map(({ ref }) => ref));
  const parameters = new Map<string, Parameter>();
  for (const { key, value } of store.list<Parameter>()) {
    // One that a template no longer has is gone after a deployment.
    if (value.template === undefined || named.has(key)) parameters.set(key, value);
    else store.delete(key);
  }
  const save = (parameter: Parameter) => {
    store.put(parameter.name, parameter);
    parameters.set(parameter.name, parameter);
  };
  for (const { ref: name, arn, properties } of templates) {
    const { Type, DataType = 'text' } = properties;
    const template = JSON.stringify([Type, DataType, String(properties.Value)]);
    const known = parameters.get(name);
    if (known?.template === template) continue;
    const described = {
      name,
      arn,
      type: Type,
      dataType: DataType,
      versions: known?.versions ?? [],
      template,
    };
    save(withVersion(described, { value: String(properties.Value), modifiedAt: now() }));
  }
  return {
    find: (name) => parameters.get(name),
    list: () => [...parameters.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
    save,
  };
};

export interface Selected {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  /** What was asked for behind the name, such as `:3`. */
  readonly selector?: string;
}

/** What a name, an ARN, or one with `:<version>` behind it stands for. */
export const select = (parameters: Parameters, asked: string): Selected | undefined => {
  const [, plain = '', selector] =
    /^(?:arn:aws:ssm:[^:]*:[^:]*:parameter(?=\/))?([^:]*)(:[^:]*)?$/.exec(asked) ?? [];
  // The ARN of a name without a slash has one.
  const parameter =
    parameters.find(plain) ?? (asked.startsWith('arn:') ? parameters.find(plain.slice(1)) : undefined);
  if (parameter === undefined) return undefined;
  if (selector === undefined) return { parameter, version: parameter.versions.at(-1) as ParameterVersion };
  const version = parameter.versions.find((each) => String(each.version) === selector.slice(1));
  if (version === undefined) {
    const message = `Systems Manager could not find version ${selector.slice(1)} of ${parameter.name}. Verify the version and try again.`;
    throw new AwsError('ParameterVersionNotFound', message);
  }
  return { parameter, version, selector };
};
