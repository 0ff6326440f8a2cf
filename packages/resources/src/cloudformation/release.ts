import { type Address, functionArn, logicalId, physicalName, shortName } from '../naming.ts';
import {
  aliasOf,
  allow,
  getAtt,
  type Stage,
  type Statement,
  sub,
  type TemplateResources,
  type Value,
} from '../template.ts';
import { describeAlarms } from '../wildcards.ts';
import { type ReleaseOptions, releaseAlarms } from './release-alarms.ts';
import { role } from './role.ts';

const APPLICATION = 'ReleaseApplication';
const ROLE = 'ReleaseRole';

/** The ARN by which a function of the same stack is invoked: its alias', where the stage releases step by step. */
export const invokedArn = (key: string, functionId: string, stage: Pick<Stage, 'settings'>): Value =>
  aliasOf(stage) === undefined ? getAtt(functionId, 'Arn') : { Ref: aliasId(key) };

/** The logical id of a function's alias. */
export const aliasId = (key: string): string => `${logicalId(key)}LiveAlias`;

/**
 * The alias of a function, which CodeDeploy moves from version to version, and the alarms at which it moves it back.
 * A deployment group has one alias only, so each function has a group of its own.
 */
export const releaseTemplate = (options: ReleaseOptions): TemplateResources => {
  const { address, functionId, versionId, alias, stage } = options;
  const id = logicalId(address.name);
  const alarms = releaseAlarms(options);
  const group = `${id}DeploymentGroup`;
  return {
    ...alarms,
    [group]: {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: {
        ApplicationName: { Ref: APPLICATION },
        DeploymentGroupName: address.name,
        DeploymentConfigName: `CodeDeployDefault.${stage.settings.release}`,
        DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
        ServiceRoleArn: getAtt(ROLE, 'Arn'),
        AlarmConfiguration: {
          Enabled: true,
          // A release that nobody can judge is one that should not go on.
          IgnorePollAlarmFailure: false,
          Alarms: Object.keys(alarms).map((alarm) => ({ Name: { Ref: alarm } })),
        },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
      },
    },
    [aliasId(address.name)]: {
      Type: 'AWS::Lambda::Alias',
      // The alarms have to watch the new version before it gets its first traffic.
      DependsOn: [group],
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: APPLICATION },
          DeploymentGroupName: { Ref: group },
        },
      },
      Properties: {
        FunctionName: { Ref: functionId },
        FunctionVersion: getAtt(versionId, 'Version'),
        Name: alias,
      },
    },
  };
};

/** What all functions of a context share: the CodeDeploy application, and the role with which it moves their aliases. */
export const releaseGround = (
  context: string,
  functions: readonly string[],
  alias: string,
  { stage, region }: Pick<Stage, 'stage' | 'region'>,
): TemplateResources => ({
  [APPLICATION]: {
    Type: 'AWS::CodeDeploy::Application',
    Properties: { ApplicationName: `emporium-${context}-${stage}`, ComputePlatform: 'Lambda' },
  },
  [ROLE]: role({
    name: shortName(`${physicalName({ context, name: 'release' }, stage)}-${region}`),
    principal: 'codedeploy.amazonaws.com',
    statements: [
      moveAliases(
        functions.map((name) => ({ context, name })),
        stage,
        alias,
      ),
      allow(describeAlarms.actions, '*'),
    ],
  }),
});

/** The alias' ARN is the one that is asked for; the function's, where AWS takes the alias for a part of it. */
const moveAliases = (functions: readonly Address[], stage: string, alias: string): Statement => ({
  Effect: 'Allow',
  Action: ['lambda:GetAlias', 'lambda:UpdateAlias'],
  Resource: functions.flatMap((address) => [
    sub(functionArn(address, stage)),
    sub(functionArn(address, stage, alias)),
  ]),
});
