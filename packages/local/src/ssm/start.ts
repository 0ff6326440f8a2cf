import { type Api, AwsError, type Cloud, type Permission, type Running } from '../cloud.ts';
import { kmsPermissions } from '../kms/permissions.ts';
import { openParameters, type Parameters, parameterArn, type Selected, select } from './parameters.ts';
import { DEFAULT_KEY, decrypt, encryptionContext, type PutInput, putParameter } from './put-parameter.ts';

interface Input extends PutInput {
  readonly Names?: readonly string[];
  readonly Path?: string;
  readonly Recursive?: boolean;
  readonly WithDecryption?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** As many names as GetParameters takes, and as many parameters as a page of GetParametersByPath has. */
const MAX_PARAMETERS = 10;

const invalid = (message: string) => new AwsError('ValidationException', message);

/** Systems Manager's parameters: those of the templates, and what calls make of them. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const parameters = openParameters(cloud, Date.now);

  const describe = async ({ parameter, version, selector }: Selected, { WithDecryption = false }: Input) => {
    const { name, arn, type, dataType } = parameter;
    const isSealed = WithDecryption && type === 'SecureString';
    return {
      Name: name,
      Type: type,
      Value: isSealed ? await decrypt(cloud, version.value, arn) : version.value,
      Version: version.version,
      ...(selector !== undefined && { Selector: selector }),
      LastModifiedDate: version.modifiedAt / 1000,
      ARN: arn,
      DataType: dataType,
    };
  };

  const actions: Readonly<Record<string, (input: Input) => Promise<object>>> = {
    GetParameter: async (input) => {
      const found = select(parameters, required(input.Name));
      // AWS says nothing more.
      if (found === undefined) throw new AwsError('ParameterNotFound', '');
      return { Parameter: await describe(found, input) };
    },
    GetParameters: async (input) => {
      const names = namesOf(input);
      const found = names.map((name) => [name, selectQuietly(parameters, name)] as const);
      const known = found.flatMap(([, selected]) => selected ?? []);
      return {
        Parameters: await Promise.all(known.map((selected) => describe(selected, input))),
        InvalidParameters: found.filter(([, selected]) => selected === undefined).map(([name]) => name),
      };
    },
    GetParametersByPath: async (input) => {
      const { items, ...rest } = page(below(parameters, input), input);
      return { Parameters: await Promise.all(items.map((selected) => describe(selected, input))), ...rest };
    },
    PutParameter: (input) => putParameter(cloud, parameters, input, Date.now()),
  };

  return {
    api: {
      permissions: (action: string, input: Input) => {
        if (!Object.hasOwn(actions, action)) {
          throw new AwsError('UnknownOperationException', `ssm:${action} does not run locally`);
        }
        return permissionsOf(cloud, parameters, action, input);
      },
      handle: async (action: string, input: Input) => actions[action]?.(input),
    },
    stop: async () => {},
  };
};

const permissionsOf = (
  cloud: Cloud,
  parameters: Parameters,
  action: string,
  input: Input,
): readonly Permission[] => {
  const need = (resource: string): Permission => ({ action: `ssm:${action}`, resource });
  if (action === 'GetParametersByPath') {
    const read = input.WithDecryption ? below(parameters, input) : [];
    return [need(parameterArn(cloud, input.Path ?? '')), ...keyPermissions(cloud, read)];
  }
  if (action === 'PutParameter') {
    const name = input.Name ?? '';
    const isSecure = (input.Type ?? parameters.find(name)?.type) === 'SecureString';
    const arn = parameterArn(cloud, name);
    return [
      need(arn),
      ...(isSecure ? usePermissions(cloud, input.KeyId ?? DEFAULT_KEY, arn, 'Encrypt') : []),
    ];
  }
  const names = action === 'GetParameter' ? [required(input.Name)] : namesOf(input);
  const found = names.map((name) => [name, selectQuietly(parameters, name)] as const);
  const own = found.map(([name, selected]) =>
    need(selected?.parameter.arn ?? parameterArn(cloud, plainName(name))),
  );
  const read = input.WithDecryption ? found.flatMap(([, selected]) => selected ?? []) : [];
  return [...own, ...keyPermissions(cloud, read)];
};

/** Whoever wants a SecureString in clear needs its key. */
const keyPermissions = (cloud: Cloud, read: readonly Selected[]): readonly Permission[] =>
  read.flatMap(({ parameter, version }) => usePermissions(cloud, version.keyId, parameter.arn, 'Decrypt'));

const usePermissions = (
  cloud: Cloud,
  keyId: string | undefined,
  arn: string,
  action: 'Encrypt' | 'Decrypt',
) =>
  kmsPermissions(cloud, keyId, {
    service: 'ssm',
    actions: [action],
    encryptionContext: encryptionContext(arn),
  });

const required = (name: string | undefined): string => {
  if (name) return name;
  throw invalid(
    "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
  );
};

const namesOf = ({ Names = [] }: Input): readonly string[] => {
  if (Names.length >= 1 && Names.length <= MAX_PARAMETERS) return Names;
  throw invalid(
    `1 validation error detected: Value '[${Names}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to ${MAX_PARAMETERS} and greater than or equal to 1`,
  );
};

const plainName = (name: string): string => name.replace(/^arn:.*?:parameter/, '').split(':')[0] as string;

/** Of several parameters, one without the asked version is merely not valid. */
const selectQuietly = (parameters: Parameters, name: string): Selected | undefined => {
  try {
    return select(parameters, name);
  } catch {
    return undefined;
  }
};

/** The parameters of a hierarchy: those right below a path, or all. */
const below = (parameters: Parameters, { Path = '', Recursive = false }: Input): readonly Selected[] => {
  if (!Path.startsWith('/')) {
    throw invalid('The parameter path must begin with a slash symbol (/), such as /shop/prices.');
  }
  const prefix = Path.endsWith('/') ? Path : `${Path}/`;
  return parameters
    .list()
    .filter(({ name }) => name.startsWith(prefix) && (Recursive || !name.slice(prefix.length).includes('/')))
    .flatMap((parameter) => select(parameters, parameter.name) ?? []);
};

/** The token is the name after which the next page begins. */
const page = (all: readonly Selected[], { MaxResults = MAX_PARAMETERS, NextToken }: Input) => {
  if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > MAX_PARAMETERS) {
    throw invalid(
      `1 validation error detected: Value '${MaxResults}' at 'maxResults' failed to satisfy constraint: Member must have value from 1 to ${MAX_PARAMETERS}`,
    );
  }
  const rest = NextToken === undefined ? all : all.filter(({ parameter }) => parameter.name > NextToken);
  const items = rest.slice(0, MaxResults);
  return { items, ...(rest.length > items.length && { NextToken: items.at(-1)?.parameter.name }) };
};
