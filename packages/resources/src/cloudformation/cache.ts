import { cachePrefix, makesCaches } from '../cache-link.ts';
import { type Address, cacheName, pathName } from '../naming.ts';
import { getAtt, type Stage, type TemplateResources } from '../template.ts';
import { NO_EGRESS } from './no-egress.ts';

/** What the kit's cache sends. AUTH and HELLO are always allowed. */
const COMMANDS = ['get', 'set', 'del', 'eval', 'ping'];

/** The parameter with which the platform's network tells of a part of itself. */
export const networkPart = (part: 'vpcId' | 'subnetA' | 'subnetB' | 'endpointGroup', stage: string): string =>
  `{{resolve:ssm:${pathName({ context: 'platform', name: 'Network' }, stage)}/${part}}}`;

/** The logical id of the group that the cache is behind. */
export const cacheGroupId = (name: string): string => `${name}SecurityGroup`;

/** An ElastiCache Serverless cache with one user, who may touch the context's own keys only. Encrypted, on the way too. */
export const cacheTemplate = (address: Address, stage: Stage): TemplateResources => {
  const { cache } = stage.settings;
  if (!makesCaches(cache)) return {};
  const name = cacheName(address, stage.stage);
  const [id, user, users, group] = [
    address.name,
    `${address.name}User`,
    `${address.name}Users`,
    cacheGroupId(address.name),
  ];
  const access = `on ~${cachePrefix(address, stage.stage)}* -@all ${COMMANDS.map((command) => `+${command}`).join(' ')}`;
  return {
    [group]: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: `${name}: lets in the functions that are linked to the cache`,
        VpcId: networkPart('vpcId', stage.stage),
        SecurityGroupEgress: NO_EGRESS,
      },
    },
    [user]: {
      Type: 'AWS::ElastiCache::User',
      // ElastiCache asks that both are the same where the user signs in by IAM.
      Properties: {
        UserId: name,
        UserName: name,
        Engine: 'valkey',
        AccessString: access,
        AuthenticationMode: { Type: 'iam' },
      },
    },
    [users]: {
      Type: 'AWS::ElastiCache::UserGroup',
      Properties: { UserGroupId: name, Engine: 'valkey', UserIds: [{ Ref: user }] },
    },
    [id]: {
      Type: 'AWS::ElastiCache::ServerlessCache',
      Properties: {
        ServerlessCacheName: name,
        Engine: 'valkey',
        MajorEngineVersion: '8',
        CacheUsageLimits: {
          DataStorage: { Maximum: cache.maxStorageGb ?? 1, Unit: 'GB' },
          ECPUPerSecond: { Maximum: cache.maxEcpuPerSecond ?? 5000 },
        },
        UserGroupId: { Ref: users },
        SecurityGroupIds: [getAtt(group, 'GroupId')],
        SubnetIds: [networkPart('subnetA', stage.stage), networkPart('subnetB', stage.stage)],
      },
    },
  };
};
