import { makesCaches } from '../cache-link.ts';
import { type Address, arnOf, pathName } from '../naming.ts';
import {
  allow,
  getAtt,
  policyDocument,
  type Stage,
  type Statement,
  sub,
  type TemplateResource,
  type TemplateResources,
} from '../template.ts';
import { reachableSecrets, reachableTables } from '../wildcards.ts';
import { NO_EGRESS } from './no-egress.ts';

const RANGE = '10.80.0.0/16';
/** Room for 4,091 addresses each. */
const SUBNETS = { A: '10.80.0.0/20', B: '10.80.16.0/20' };

/**
 * Two private subnets without a way out but to DynamoDB, by a free gateway endpoint, and to Secrets Manager, by an
 * interface endpoint. What a function in here may call beyond that has to get an endpoint first.
 */
export const networkTemplate = (address: Address, stage: Stage): TemplateResources => {
  if (!makesCaches(stage.settings.cache)) return {};
  const id = address.name;
  const vpc = { Ref: id };
  const name = pathName(address, stage.stage);
  const publish = (part: string, Value: unknown): TemplateResource => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: `${name}/${part}`, Type: 'String', Value },
  });
  const subnet = (zone: number, CidrBlock: string): TemplateResource => ({
    Type: 'AWS::EC2::Subnet',
    Properties: {
      VpcId: vpc,
      CidrBlock,
      AvailabilityZone: { 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] },
      MapPublicIpOnLaunch: false,
    },
  });
  const routed = (subnetId: string): TemplateResource => ({
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { SubnetId: { Ref: subnetId }, RouteTableId: { Ref: `${id}Routes` } },
  });
  return {
    [id]: {
      Type: 'AWS::EC2::VPC',
      Properties: { CidrBlock: RANGE, EnableDnsSupport: true, EnableDnsHostnames: true },
    },
    [`${id}SubnetA`]: subnet(0, SUBNETS.A),
    [`${id}SubnetB`]: subnet(1, SUBNETS.B),
    [`${id}Routes`]: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: vpc } },
    [`${id}SubnetARoutes`]: routed(`${id}SubnetA`),
    [`${id}SubnetBRoutes`]: routed(`${id}SubnetB`),
    [`${id}DynamoDB`]: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcEndpointType: 'Gateway',
        VpcId: vpc,
        ServiceName: sub(`com.amazonaws.\${AWS::Region}.dynamodb`),
        RouteTableIds: [{ Ref: `${id}Routes` }],
        PolicyDocument: policyDocument([
          forOwnAccount(
            allow(reachableTables.actions, sub(arnOf('dynamodb', `table/emporium-*-${stage.stage}-*`))),
          ),
        ]),
      },
    },
    [`${id}EndpointGroup`]: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'Lets the functions of the network reach its endpoints',
        VpcId: vpc,
        SecurityGroupIngress: [
          { CidrIp: RANGE, IpProtocol: 'tcp', FromPort: 443, ToPort: 443, Description: 'From the functions' },
        ],
        SecurityGroupEgress: NO_EGRESS,
      },
    },
    [`${id}SecretsManager`]: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcEndpointType: 'Interface',
        VpcId: vpc,
        ServiceName: sub(`com.amazonaws.\${AWS::Region}.secretsmanager`),
        SubnetIds: [{ Ref: `${id}SubnetA` }, { Ref: `${id}SubnetB` }],
        SecurityGroupIds: [getAtt(`${id}EndpointGroup`, 'GroupId')],
        PrivateDnsEnabled: true,
        PolicyDocument: policyDocument([
          forOwnAccount(
            allow(
              reachableSecrets.actions,
              sub(arnOf('secretsmanager', `secret:/emporium/${stage.stage}/*`)),
            ),
          ),
        ]),
      },
    },
    [`${id}VpcId`]: publish('vpcId', vpc),
    [`${id}SubnetAId`]: publish('subnetA', { Ref: `${id}SubnetA` }),
    [`${id}SubnetBId`]: publish('subnetB', { Ref: `${id}SubnetB` }),
    [`${id}EndpointGroupId`]: publish('endpointGroup', getAtt(`${id}EndpointGroup`, 'GroupId')),
  };
};

/** An endpoint's policy names who may pass, too: nobody with another account's credentials. */
const forOwnAccount = (statement: Statement) => ({
  ...statement,
  Principal: { AWS: '*' },
  Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
});
