import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackagedService } from '../cloudformation/templates.ts';
import { type LocalCloud, startLocal } from '../start.ts';
import { functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';

const ECHO = 'export const handler = async (event) => event;';

/** Answers with what the query parameter `answer` says, as JSON text. */
const ANSWER = `export const handler = async ({ queryStringParameters }) => {
  const { answer, throws } = queryStringParameters ?? {};
  if (throws) throw new Error(throws);
  return answer === undefined ? undefined : JSON.parse(answer);
};`;

const ISSUER = { 'Fn::GetAtt': ['UserPool', 'ProviderURL'] };

const routes: Record<string, { functionName: string; isPrivate?: boolean; scopes?: string[] }> = {
  'GET /api/shop/echo': { functionName: 'echo' },
  'POST /api/shop/echo': { functionName: 'echo' },
  'GET /api/shop/things/{id}': { functionName: 'echo' },
  'GET /api/shop/things/special': { functionName: 'echo' },
  'ANY /api/shop/things/{id}': { functionName: 'echo' },
  'GET /api/shop/files/{path+}': { functionName: 'echo' },
  'GET /api/shop/answer': { functionName: 'answer' },
  'GET /api/shop/private': { functionName: 'echo', isPrivate: true },
  'GET /api/shop/scoped': { functionName: 'echo', isPrivate: true, scopes: ['orders/write'] },
};

const httpApi = (): Record<string, unknown> => {
  const resources: Record<string, unknown> = {
    HttpApi: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: 'shop',
        ProtocolType: 'HTTP',
        CorsConfiguration: {
          AllowOrigins: ['https://shop.example'],
          AllowMethods: ['GET', 'POST'],
          MaxAge: 60,
        },
      },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'HttpApi' }, StageName: '$default', AutoDeploy: true },
    },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: ISSUER, Audience: [{ Ref: 'UserPoolClient' }] },
      },
    },
  };
  for (const functionName of ['echo', 'answer']) {
    resources[`${functionName}Integration`] = {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': [`${functionName}Function`, 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    };
    resources[`${functionName}Permission`] = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { 'Fn::GetAtt': [`${functionName}Function`, 'Arn'] },
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: {
          'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:000000000000:', { Ref: 'HttpApi' }, '/*']],
        },
      },
    };
  }
  for (const [index, [RouteKey, { functionName, isPrivate, scopes }]] of Object.entries(routes).entries()) {
    resources[`Route${index}`] = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        RouteKey,
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: `${functionName}Integration` }]] },
        ...(isPrivate && { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Authorizer' } }),
        ...(scopes && { AuthorizationScopes: scopes }),
      },
    };
  }
  return resources;
};

const userPool = {
  UserPool: {
    Type: 'AWS::Cognito::UserPool',
    Properties: {
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 10, RequireNumbers: true } },
    },
  },
  UserPoolClient: {
    Type: 'AWS::Cognito::UserPoolClient',
    Properties: {
      UserPoolId: { Ref: 'UserPool' },
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 30,
      TokenValidityUnits: { AccessToken: 'minutes' },
    },
  },
  AdminGroup: {
    Type: 'AWS::Cognito::UserPoolGroup',
    Properties: { UserPoolId: { Ref: 'UserPool' }, GroupName: 'admin' },
  },
  SupportGroup: {
    Type: 'AWS::Cognito::UserPoolGroup',
    Properties: { UserPoolId: { Ref: 'UserPool' }, GroupName: 'support' },
  },
};

/** Managed-CachingDisabled and Managed-AllViewerExceptHostHeader. */
const policies = {
  CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
};

const edge = {
  Distribution: {
    Type: 'AWS::CloudFront::Distribution',
    Properties: {
      DistributionConfig: {
        Origins: [{ Id: 'shop', DomainName: 'shop.example.invalid' }],
        CacheBehaviors: [
          {
            ...policies,
            PathPattern: '/api/shop/answer',
            TargetOriginId: 'shop',
            AllowedMethods: ['GET', 'HEAD'],
          },
          {
            ...policies,
            PathPattern: 'api/shop*',
            TargetOriginId: 'shop',
            AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          },
        ],
        DefaultCacheBehavior: { ...policies, TargetOriginId: 'shop', AllowedMethods: ['GET', 'HEAD'] },
      },
    },
  },
};

const templates = (): PackagedService[] => [
  packageForTest({
    functions: { echo: ECHO, answer: ANSWER },
    resources: { ...functionForTest('echo'), ...functionForTest('answer'), ...httpApi(), ...userPool },
  }),
  packageForTest({ service: 'edge', resources: edge }),
];

/** A cloud with one API behind the front door, its functions echoing, and a user pool. */
export const startTestShop = async (
  dataFolder = mkdtempSync(join(tmpdir(), 'front-')),
): Promise<LocalCloud & { readonly clientId: string; readonly poolId: string }> => {
  const local = await startLocal({ templates: templates(), dataFolder, port: 0, log: recordingLog() });
  const idOf = (type: string) => local.cloud.ofType(type)[0]?.ref ?? '';
  return {
    ...local,
    clientId: idOf('AWS::Cognito::UserPoolClient'),
    poolId: idOf('AWS::Cognito::UserPool'),
  };
};
