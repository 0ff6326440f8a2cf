import type { UserPoolDefinition } from '../definitions.ts';
import { type Address, logicalId, pathName, physicalName } from '../naming.ts';
import { getAtt, isLocal, retained, type Stage, type TemplateResources, type Value } from '../template.ts';

/**
 * AWS makes up the pool's id and the client's, so both go, with the tokens' issuer, into SSM parameters:
 * `/emporium/<stage>/<context>/<Name>/{id,clientId,issuer}`. Other stacks read them while they deploy.
 */
export const userPoolTemplate = (
  address: Address,
  { groups }: UserPoolDefinition,
  stage: Stage,
): TemplateResources => {
  const { name } = address;
  const client = `${name}Client`;
  const parameter = (key: string, value: Value) => ({
    [`${name}${logicalId(key)}Parameter`]: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Type: 'String', Name: `${pathName(address, stage.stage)}/${key}`, Value: value },
    },
  });
  return {
    [name]: { Type: 'AWS::Cognito::UserPool', ...retained, Properties: poolProperties(address, stage) },
    [client]: { Type: 'AWS::Cognito::UserPoolClient', Properties: clientProperties(address, stage) },
    ...Object.fromEntries(groups.map((group) => [`${name}${logicalId(group)}Group`, groupOf(name, group)])),
    ...parameter('id', { Ref: name }),
    ...parameter('clientId', { Ref: client }),
    ...parameter('issuer', getAtt(name, 'ProviderURL')),
  };
};

const poolProperties = (address: Address, stage: Stage) => ({
  UserPoolName: physicalName(address, stage.stage),
  DeletionProtection: isLocal(stage) ? 'INACTIVE' : 'ACTIVE',
  UsernameAttributes: ['email'],
  UsernameConfiguration: { CaseSensitive: false },
  AutoVerifiedAttributes: ['email'],
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
  Policies: {
    // Length is what makes a password hard to guess; rules about kinds of characters are not (NIST SP 800-63B).
    PasswordPolicy: {
      MinimumLength: 12,
      RequireLowercase: false,
      RequireUppercase: false,
      RequireNumbers: false,
      RequireSymbols: false,
    },
  },
});

const clientProperties = (address: Address, { stage }: Stage) => ({
  UserPoolId: { Ref: address.name },
  ClientName: physicalName({ ...address, name: `${address.name}Client` }, stage),
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  PreventUserExistenceErrors: 'ENABLED',
  EnableTokenRevocation: true,
  TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
  AccessTokenValidity: 60,
  IdTokenValidity: 60,
  RefreshTokenValidity: 30,
});

const groupOf = (pool: string, group: string) => ({
  Type: 'AWS::Cognito::UserPoolGroup',
  Properties: { UserPoolId: { Ref: pool }, GroupName: group },
});
