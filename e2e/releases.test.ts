import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type Found, ofType, packagedTemplates, type Template, textOf } from './support/templates.ts';

const stages = parse(readFileSync(new URL('../services/stages.yml', import.meta.url), 'utf8')) as Record<
  string,
  { release: string }
>;

test('prod and staging release step by step, every other stage all at once', () => {
  const gradual = Object.entries(stages).filter(([, { release }]) => release !== 'all-at-once');
  expect(gradual.map(([name]) => name).sort()).toEqual(['prod', 'staging']);
});

describe('a stage that releases all at once', () => {
  test('has neither versions nor aliases nor anything of CodeDeploy', async () => {
    const templates = await packagedTemplates('dev');
    const types = ['AWS::Lambda::Version', 'AWS::Lambda::Alias'];
    const found = templates.flatMap(({ service, resources }) =>
      Object.entries(resources)
        .filter(([, { Type }]) => types.includes(Type) || Type.startsWith('AWS::CodeDeploy::'))
        .map(([id]) => `${service}.${id}`),
    );
    expect(found).toEqual([]);
    expect(templates.filter(({ text }) => text.includes(':live'))).toEqual([]);
  }, 300_000);
});

describe('a stage that releases step by step', () => {
  let templates: Template[];
  beforeAll(async () => {
    // The edge's functions serve no customer, and are released all at once: see its serverless.yml.
    templates = (await packagedTemplates('prod')).filter(({ service }) => service !== 'edge');
  }, 300_000);

  const all = (type: string) => ofType(templates, type);
  const find = (service: string, logicalId: string): Found | undefined =>
    templates
      .filter((template) => template.service === service && template.resources[logicalId] !== undefined)
      .flatMap((template) => ofType([template], template.resources[logicalId]?.Type ?? ''))
      .find((found) => found.logicalId === logicalId);
  const referred = (service: string, reference: unknown) =>
    find(service, textOf(reference).replace(/^\$\{([^.}]+).*$/, '$1'));

  /** Whether a reference is to an alias: to the resource, or to the function's ARN with the alias' name behind it. */
  const isAlias = (service: string, reference: unknown): boolean =>
    referred(service, reference)?.resource.Type === 'AWS::Lambda::Alias' ||
    /^\$\{\w+LambdaFunction\.Arn\}:live$/.test(textOf(reference));

  const offenders = (found: readonly Found[], isFine: (found: Found) => boolean): string[] => {
    expect(found.length).toBeGreaterThan(0);
    return found.filter((each) => !isFine(each)).map(({ name }) => name);
  };

  test('every function has one alias, on a version of this very code', () => {
    const aliased = all('AWS::Lambda::Alias').map(({ service, properties }) => {
      const version = referred(service, properties.FunctionVersion);
      expect(version?.resource.Type).toBe('AWS::Lambda::Version');
      expect(version?.properties.CodeSha256).toMatch(/^[A-Za-z0-9+/]{43}=$/);
      expect(version?.properties.FunctionName).toEqual(properties.FunctionName);
      expect(properties.Name).toBe('live');
      return `${service}.${properties.FunctionName.Ref}`;
    });
    expect(aliased.sort()).toEqual(
      all('AWS::Lambda::Function')
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('every alias is moved by a deployment group of its own, with alarms and a way back', () => {
    const groups: unknown[] = [];
    expect(
      offenders(all('AWS::Lambda::Alias'), ({ service, resource }) => {
        const update = resource.UpdatePolicy?.CodeDeployLambdaAliasUpdate as Record<string, unknown>;
        const group = referred(service, update.DeploymentGroupName);
        groups.push(group?.name);
        const { AlarmConfiguration: watched, AutoRollbackConfiguration: back } = group?.properties ?? {};
        const role = referred(service, group?.properties.ServiceRoleArn);
        return (
          group?.properties.DeploymentConfigName === `CodeDeployDefault.${stages.prod?.release}` &&
          watched.Enabled &&
          !watched.IgnorePollAlarmFailure &&
          watched.Alarms.length > 0 &&
          watched.Alarms.every(
            ({ Name }: { Name: unknown }) =>
              referred(service, Name)?.resource.Type === 'AWS::CloudWatch::Alarm',
          ) &&
          back.Enabled &&
          back.Events.includes('DEPLOYMENT_STOP_ON_ALARM') &&
          back.Events.includes('DEPLOYMENT_FAILURE') &&
          textOf(role?.properties.AssumeRolePolicyDocument).includes('codedeploy.amazonaws.com')
        );
      }),
    ).toEqual([]);
    expect(new Set(groups).size).toBe(groups.length);
  });

  test('an alarm watches the version that the alias gets, and tells the platform’s topic', () => {
    const versionOf = new Map(
      all('AWS::Lambda::Alias').map(({ service, properties }) => [
        `${service}.${properties.FunctionName.Ref}`,
        textOf(properties.FunctionVersion),
      ]),
    );
    const released = all('AWS::CloudWatch::Alarm').filter(({ logicalId }) =>
      /(Failures|Slowness)Alarm$/.test(logicalId),
    );
    expect(
      offenders(released, ({ service, properties }) => {
        const text = JSON.stringify(properties);
        const name = text.match(/"Name":"(?:FunctionName|function_name)","Value":\{"Ref":"(\w+)"/)?.[1];
        const versions = [...text.matchAll(/"Name":"(?:ExecutedVersion|version)","Value":(\{[^}]+\})/g)];
        return (
          versions.length > 0 &&
          versions.every(
            ([, value]) => textOf(JSON.parse(value ?? '')) === versionOf.get(`${service}.${name}`),
          ) &&
          properties.TreatMissingData === 'notBreaching' &&
          /:sns:.*:emporium-platform-prod-AlarmTopic$/.test(textOf(properties.AlarmActions[0]))
        );
      }),
    ).toEqual([]);
  });

  test('every event source, route and permission is the alias’, none the function’s', () => {
    expect(
      offenders(all('AWS::Lambda::EventSourceMapping'), ({ service, properties }) =>
        isAlias(service, properties.FunctionName),
      ),
    ).toEqual([]);
    expect(
      offenders(all('AWS::ApiGatewayV2::Integration'), ({ service, properties }) =>
        isAlias(service, properties.IntegrationUri),
      ),
    ).toEqual([]);
    expect(
      offenders(all('AWS::Lambda::Permission'), ({ service, properties }) =>
        isAlias(service, properties.FunctionName),
      ),
    ).toEqual([]);
    for (const { service, properties } of all('AWS::SecretsManager::RotationSchedule')) {
      expect([service, isAlias(service, properties.RotationLambdaARN)]).toEqual([service, true]);
    }
  });

  test('nobody may invoke a function past its alias', () => {
    const granted = templates.flatMap(({ service, resources }) =>
      [...JSON.stringify(resources).matchAll(/"lambda:Invoke\w+"\],"Resource":(\[[^\]]*\])/g)].flatMap(
        ([, list]) => (JSON.parse(list ?? '[]') as unknown[]).map((arn) => `${service} ${textOf(arn)}`),
      ),
    );
    expect(granted.length).toBeGreaterThan(5);
    expect(granted.filter((arn) => !arn.endsWith(':live'))).toEqual([]);
  });

  test('every step of a workflow invokes an alias that there is', () => {
    const names = all('AWS::Lambda::Function').map(({ properties }) => `${properties.FunctionName}:live`);
    const invoked = all('AWS::StepFunctions::StateMachine').flatMap(({ properties }) =>
      [...properties.DefinitionString.matchAll(/"FunctionName": *"([^"]+)"/g)].map(([, name]) => name),
    );
    expect(invoked.length).toBeGreaterThan(10);
    expect(invoked.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('no template comes near the 500 resources and 1 MB that CloudFormation allows', () => {
    const sizes = templates.map(({ service, resources, text }) => ({
      service,
      fits: Object.keys(resources).length < 400 && Buffer.byteLength(text) < 900_000,
    }));
    expect(sizes.filter(({ fits }) => !fits)).toEqual([]);
  });

  test('no role’s inline policy comes near the 10,240 characters that IAM allows', () => {
    const length = (found: Found) =>
      JSON.stringify(found.properties.Policies).replaceAll('Fn::Sub', '').length;
    expect(offenders(all('AWS::IAM::Role'), (role) => length(role) < 9000)).toEqual([]);
  });
});
