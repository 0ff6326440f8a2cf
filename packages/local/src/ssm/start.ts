import { type Api, AwsError, type Cloud, type Resource, type Running } from '../cloud.ts';

interface Input {
  readonly Name?: string;
  readonly Names?: readonly string[];
}

/** Systems Manager's parameters, read-only: the templates say what they hold. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const parameters = new Map(
    cloud
      .ofType<{ Type: string; Value: string }>('AWS::SSM::Parameter')
      .map((resource) => [resource.ref, resource]),
  );
  const arnOf = (name: string) =>
    parameters.get(name)?.arn ??
    `arn:aws:ssm:${cloud.region}:${cloud.accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  const found = (names: readonly string[]) => names.flatMap((name) => parameters.get(name) ?? []);

  return {
    api: {
      permissions: (action: string, { Name, Names = [] }: Input) =>
        [Name ?? Names].flat().map((name) => ({ action: `ssm:${action}`, resource: arnOf(name) })),
      handle: async (action: string, { Name = '', Names = [] }: Input) => {
        if (action === 'GetParameter') {
          const [parameter] = found([Name]);
          if (parameter === undefined)
            throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
          return { Parameter: describe(parameter) };
        }
        if (action === 'GetParameters') {
          const InvalidParameters = Names.filter((name) => !parameters.has(name));
          return { Parameters: found(Names).map(describe), InvalidParameters };
        }
        throw new AwsError('UnknownOperationException', `ssm:${action} does not run locally`);
      },
    },
    stop: async () => {},
  };
};

const describe = ({ ref, arn, properties }: Resource<{ Type: string; Value: string }>) => ({
  Name: ref,
  Type: properties.Type,
  Value: String(properties.Value),
  Version: 1,
  ARN: arn,
  DataType: 'text',
});
