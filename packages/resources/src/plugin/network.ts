import { makesCaches } from '../cache-link.ts';
import { cacheGroupId, networkPart } from '../cloudformation/cache.ts';
import type { Kind } from '../definitions.ts';
import { ConfigurationError } from '../errors.ts';
import { arnOf, logicalId } from '../naming.ts';
import { allow, getAtt, type Stage, type Statement, sub, type TemplateResources } from '../template.ts';
import { networkDescriptions, networkInterfaces } from '../wildcards.ts';
import { list } from './contexts.ts';
import type { Link } from './links.ts';
import type { FunctionConfig } from './serverless.ts';

/** The managed lists of DynamoDB's addresses, which are the same in every account. */
const DYNAMODB_PREFIX_LISTS: Readonly<Record<string, string>> = {
  'eu-central-1': 'pl-66a5400f',
  'eu-west-1': 'pl-6fa54006',
  'us-east-1': 'pl-02cd2c6b',
};

/** What the network has a way to. */
const REACHABLE: readonly Kind[] = ['table', 'secret', 'cache'];

interface Joining {
  readonly key: string;
  readonly config: FunctionConfig;
  readonly links: readonly Link[];
  readonly stage: Stage;
  /** Starts the message of an error. */
  readonly where: string;
}

interface Joined {
  readonly statements: readonly Statement[];
  readonly resources: TemplateResources;
}

/**
 * Puts a function that is linked to a cache into the platform's network, behind a group of its own that lets it out to
 * the cache, to DynamoDB and to the network's endpoints; and lets it through to the cache.
 */
export const joinNetwork = ({ key, config, links, stage, where }: Joining): Joined => {
  const caches = links.filter(({ target }) => target.definition.kind === 'cache');
  if (caches.length === 0) return { statements: [], resources: {} };
  checkLinks(links, where);
  if (!makesCaches(stage.settings.cache)) return { statements: [], resources: {} };
  const group = `${logicalId(key)}SecurityGroup`;
  const part = (name: Parameters<typeof networkPart>[0]) => networkPart(name, stage.stage);
  config.vpc = {
    securityGroupIds: [getAtt(group, 'GroupId')],
    subnetIds: [part('subnetA'), part('subnetB')],
  };
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
  // ElastiCache Serverless has its endpoint on 6379 and that for reading from replicas on 6380.
  const valkey = { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6380 };
  const groups = caches.map(({ target }) => ({
    name: target.name,
    id: getAtt(cacheGroupId(target.name), 'GroupId'),
  }));
  const resources: TemplateResources = {
    [group]: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: `${config.name}: lets the function out to its cache, DynamoDB and the endpoints`,
        VpcId: part('vpcId'),
        SecurityGroupEgress: [
          { ...https, DestinationPrefixListId: prefixList(stage, where), Description: 'DynamoDB' },
          { ...https, DestinationSecurityGroupId: part('endpointGroup'), Description: 'Endpoints' },
          ...groups.map(({ name, id }) => ({ ...valkey, DestinationSecurityGroupId: id, Description: name })),
        ],
      },
    },
    ...Object.fromEntries(
      groups.map(({ name, id }) => [
        `${logicalId(key)}To${name}`,
        {
          Type: 'AWS::EC2::SecurityGroupIngress',
          Properties: {
            ...valkey,
            GroupId: id,
            SourceSecurityGroupId: getAtt(group, 'GroupId'),
            Description: key,
          },
        },
      ]),
    ),
  };
  return { statements: interfaces, resources };
};

/** Lambda makes the function's interfaces under the function's role; a call of the function itself names the function. */
const byLambdaOnly = { Null: { 'lambda:SourceFunctionArn': 'true' } };
const interfaces: readonly Statement[] = [
  {
    ...allow(networkInterfaces.actions, sub(arnOf('ec2', '*/*'))),
    Condition: byLambdaOnly,
  },
  { ...allow(networkDescriptions.actions, '*'), Condition: byLambdaOnly },
];

/** In every stage, so that what works without a network also works in one. */
const checkLinks = (links: readonly Link[], where: string): void => {
  for (const { target } of links) {
    const { kind } = target.definition;
    if (kind === 'cache' && !target.own) {
      throw new ConfigurationError(
        `${where}, link: ${target.context}.${target.name} is another context's cache`,
      );
    }
    if (REACHABLE.includes(kind)) continue;
    throw new ConfigurationError(
      `${where}, link: a function with a cache is in a network that only has ways to a ${list(REACHABLE)}, not to ${target.context}.${target.name}, a ${kind}. Give one of the two to another function, or an endpoint to packages/resources/src/cloudformation/network.ts.`,
    );
  }
};

const prefixList = ({ region, settings }: Stage, where: string): string => {
  const id = settings.cache.dynamodbPrefixList || DYNAMODB_PREFIX_LISTS[region];
  if (id !== undefined) return id;
  throw new ConfigurationError(
    `${where}: the id of DynamoDB's prefix list in ${region} is not known. Set DYNAMODB_PREFIX_LIST to what this prints: aws ec2 describe-managed-prefix-lists --region ${region} --filters Name=prefix-list-name,Values=com.amazonaws.${region}.dynamodb --query PrefixLists[0].PrefixListId --output text`,
  );
};
