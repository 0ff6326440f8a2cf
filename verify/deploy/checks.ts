import { createHash } from 'node:crypto';
import { sitesOf } from '../../packages/resources/src/plugin/sites.ts';
import type { TemplateResources } from '../../packages/resources/src/template.ts';
import { elements, json, rest, send } from './aws.ts';
import type { Inventory } from './inventory.ts';
import { listings, parts } from './listings.ts';
import type { NotTaken } from './not-taken.ts';
import type { PackagedService } from './services.ts';
import type { DeployedStack } from './stacks.ts';

/** A service, and what became of it. */
export interface Deployed extends PackagedService {
  readonly deployed: DeployedStack;
}

/** What is wrong with a deployment, a line each. */
type Problems = string[];

const ofType = ({ deployed }: Deployed, type: string) =>
  deployed.resources.filter(({ ResourceType }) => ResourceType === type);

const physicalId = ({ deployed }: Deployed, logicalId: string): string =>
  deployed.resources.find(({ LogicalResourceId }) => LogicalResourceId === logicalId)?.PhysicalResourceId ??
  '';

/** Every stack is complete, and holds what was packaged but for the types that are left out by the table. */
export const checkStacks = (services: readonly Deployed[], rows: readonly NotTaken[]): Problems => {
  const leftOut = new Set(rows.flatMap(({ type, property, attribute }) => property ?? attribute ?? type));
  return services.flatMap(({ stack, template, deployed }) => {
    const expected = Object.entries(template.Resources).filter(([, { Type }]) => !leftOut.has(Type));
    const there = new Map(deployed.resources.map((each) => [each.LogicalResourceId, each]));
    return [
      ...(/^(CREATE|UPDATE)_COMPLETE$/.test(deployed.status) ? [] : [`${stack} is ${deployed.status}`]),
      ...expected.flatMap(([id, { Type }]) => {
        const found = there.get(id);
        if (found?.ResourceType !== Type) return [`${stack}: ${id} (${Type}) is not there`];
        const isComplete = /^(CREATE|UPDATE)_COMPLETE$/.test(String(found.ResourceStatus));
        return isComplete ? [] : [`${stack}: ${id} is ${found.ResourceStatus}`];
      }),
      ...[...there.keys()]
        .filter((id) => !expected.some(([packaged]) => packaged === id))
        .map((id) => `${stack}: ${id} was not packaged`),
    ];
  });
};

/** No service was begun before the ones that it needs were done. */
export const checkOrder = (services: readonly Deployed[]): Problems =>
  services.flatMap(({ name, after, deployed }) =>
    after
      .filter(
        (other) => services.find((each) => each.name === other)!.deployed.updatedAt > deployed.createdAt,
      )
      .map((other) => `${name} was begun before ${other} was done`),
  );

/** Of every type, the server has what the stacks say and was there before, and nothing else. */
export const checkInventory = (
  services: readonly Deployed[],
  before: Inventory,
  found: Inventory,
): Problems => {
  const resources = services.flatMap(({ deployed }) => deployed.resources);
  const types = new Set(resources.map(({ ResourceType }) => ResourceType as string));
  const expected = new Set([
    ...before,
    ...resources
      .filter(({ ResourceType }) => listings[ResourceType as string])
      .map(({ ResourceType, PhysicalResourceId }) => `${ResourceType} ${PhysicalResourceId}`),
  ]);
  return [
    ...[...types]
      .filter((type) => !listings[type] && !parts.has(type))
      .map((type) => `${type}: say in verify/deploy/listings.ts how to list it`),
    ...[...expected].filter((each) => !found.has(each)).map((each) => `${each} is in a stack, but not there`),
    ...[...found].filter((each) => !expected.has(each)).map((each) => `${each} is there, but in no stack`),
  ];
};

/** Every function has the code that was packaged, and a role of its stack. */
export const checkFunctions = async (url: string, services: readonly Deployed[]): Promise<Problems> => {
  const problems: Problems = [];
  for (const service of services) {
    const roles = ofType(service, 'AWS::IAM::Role').map(({ PhysicalResourceId }) => PhysicalResourceId);
    for (const [logicalId, zip] of service.zips) {
      const name = physicalId(service, logicalId);
      const path = `/2015-03-31/functions/${name}/configuration`;
      const { CodeSha256, Role } = JSON.parse(
        await send({ url, region: service.region }, rest('lambda', path)),
      );
      const hash = createHash('sha256').update(zip).digest('base64');
      if (CodeSha256 !== hash) problems.push(`${name} has other code than was packaged`);
      if (!roles.includes(Role.split('/').at(-1))) problems.push(`${name}: ${Role} is not of its stack`);
    }
  }
  return problems;
};

/** Every published parameter has a value in which nothing is left to resolve. */
export const checkParameters = async (url: string, services: readonly Deployed[]): Promise<Problems> => {
  const problems: Problems = [];
  for (const service of services) {
    for (const { PhysicalResourceId: Name } of ofType(service, 'AWS::SSM::Parameter')) {
      const call = json('ssm', 'AmazonSSM.GetParameter', { Name });
      const { Parameter } = JSON.parse(await send({ url, region: service.region }, call));
      if (!/^[\w:/.-]+$/.test(Parameter.Value)) problems.push(`${Name} is "${Parameter.Value}"`);
    }
  }
  return problems;
};

/** Every API's authorizer trusts the one user pool, which it finds through the published parameters. */
export const checkAuthorizers = async (url: string, services: readonly Deployed[]): Promise<Problems> => {
  const users = services.find((service) => ofType(service, 'AWS::Cognito::UserPool').length > 0)!;
  const [pool, client] = ['AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient'].map(
    (type) => ofType(users, type)[0]?.PhysicalResourceId,
  );
  const issuer = `https://cognito-idp.${users.region}.amazonaws.com/${pool}`;
  const problems: Problems = [];
  for (const service of services) {
    for (const { PhysicalResourceId: api } of ofType(service, 'AWS::ApiGatewayV2::Api')) {
      const call = rest('apigateway', `/v2/apis/${api}/authorizers`);
      const { items } = JSON.parse(await send({ url, region: service.region }, call));
      for (const { jwtConfiguration: given } of items) {
        if (given.issuer !== issuer) problems.push(`${service.name} trusts ${given.issuer}, not ${issuer}`);
        if (String(given.audience) !== client)
          problems.push(`${service.name} lets in clients ${given.audience}`);
      }
    }
  }
  return problems;
};

/** The edge's origins are the addresses of the APIs, in whatever region they are. */
export const checkEdge = async (url: string, services: readonly Deployed[]): Promise<Problems> => {
  const edge = services.find((service) => ofType(service, 'AWS::CloudFront::Distribution').length > 0)!;
  const [{ PhysicalResourceId: id } = {}] = ofType(edge, 'AWS::CloudFront::Distribution');
  const call = rest('cloudfront', `/2020-05-31/distribution/${id}/config`);
  const hosts = elements(await send({ url, region: edge.region }, call), 'DomainName');
  return services.flatMap(({ name, deployed: { outputs } }) => {
    if (!outputs.HttpApiUrl) return [];
    const host = new URL(outputs.HttpApiUrl).host;
    return hosts.includes(host) ? [] : [`${edge.name} does not lead to ${name}'s ${host}, but to ${hosts}`];
  });
};

/** The buckets of sites hold the files of their folders, and nothing else. */
export const checkSites = async (url: string, services: readonly Deployed[]): Promise<Problems> => {
  const problems: Problems = [];
  for (const service of services) {
    for (const [logicalId, { Files }] of sitesOf(service.template.Resources as TemplateResources)) {
      const call = rest('s3', `/${physicalId(service, logicalId)}?list-type=2`);
      const keys = elements(await send({ url, region: service.region }, call), 'Key').sort();
      const expected = Files.map(({ Key }) => Key).sort();
      if (String(keys) !== String(expected)) problems.push(`${logicalId} has ${keys}, not ${expected}`);
    }
  }
  return problems;
};
