import type { Policy } from './policies.ts';

/** Where GitHub's runners get their tokens from, as `release/github-oidc.yml` makes it known to the account. */
const ISSUER = 'token.actions.githubusercontent.com';

/**
 * A CloudFormation template of the deployer's policies and of the role that GitHub Actions takes on with a token: only
 * from the given repository, and only a job that runs in the environment named after the stage.
 */
export const deployerTemplate = (policies: readonly Policy[], stage: string, repository: string): object => {
  const names = policies.map((_, index) => `Policy${index + 1}`);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `What deploys the stage ${stage} of Emporium from ${repository}`,
    Resources: {
      ...Object.fromEntries(
        policies.map((policy, index) => [
          names[index],
          {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: {
              ManagedPolicyName: `emporium-deployer-${stage}-${index + 1}`,
              PolicyDocument: substituted(policy),
            },
          },
        ]),
      ),
      Deployer: {
        Type: 'AWS::IAM::Role',
        Properties: {
          // Not one of the names that a deployer may change roles of.
          RoleName: `emporium-deployer-${stage}`,
          // A release of everything, step by step, takes more than an hour's default.
          MaxSessionDuration: 7200,
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 'sts:AssumeRoleWithWebIdentity',
                Principal: {
                  Federated: {
                    'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/${ISSUER}`,
                  },
                },
                Condition: {
                  StringEquals: {
                    [`${ISSUER}:aud`]: 'sts.amazonaws.com',
                    [`${ISSUER}:sub`]: `repo:${repository}:environment:${stage}`,
                  },
                },
              },
            ],
          },
          ManagedPolicyArns: names.map((name) => ({ Ref: name })),
        },
      },
    },
    Outputs: { DeployerRoleArn: { Value: { 'Fn::GetAtt': ['Deployer', 'Arn'] } } },
  };
};

const substituted = (value: unknown): unknown => {
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, substituted(field)]));
};
