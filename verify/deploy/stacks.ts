import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';

/** A stack as CloudFormation tells of it. */
export interface DeployedStack {
  readonly status: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly StackResourceSummary[];
}

export const createStacks = (endpoint: string) => {
  const clientIn = (region: string) =>
    new CloudFormationClient({
      endpoint,
      region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });

  return {
    /** The stack with all its resources. */
    describe: async (region: string, name: string): Promise<DeployedStack> => {
      const client = clientIn(region);
      const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
      if (!stack) throw new Error(`There is no stack ${name} in ${region}`);
      const resources: StackResourceSummary[] = [];
      for await (const page of paginateListStackResources({ client }, { StackName: name })) {
        resources.push(...(page.StackResourceSummaries ?? []));
      }
      return { ...told(stack), resources };
    },
    /** The names of all stacks that there are. */
    names: async (region: string): Promise<string[]> => {
      const { Stacks = [] } = await clientIn(region).send(new DescribeStacksCommand({}));
      return Stacks.map(({ StackName }) => StackName as string);
    },
  };
};

const told = ({ StackStatus, CreationTime, LastUpdatedTime, Outputs = [] }: Stack) => ({
  status: String(StackStatus),
  createdAt: Number(CreationTime),
  updatedAt: Number(LastUpdatedTime ?? CreationTime),
  outputs: Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
});
