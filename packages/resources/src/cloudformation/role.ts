import { policyDocument, type Statement, type TemplateResource } from '../template.ts';

export interface RoleOptions {
  readonly name: string;
  /** The service that takes the role on, such as `lambda.amazonaws.com`. */
  readonly principal: string;
  readonly statements: readonly Statement[];
}

/** A role with one inline policy: nothing else can be granted it by being attached. */
export const role = ({ name, principal, statements }: RoleOptions): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: policyDocument([
      { Effect: 'Allow', Action: ['sts:AssumeRole'], Principal: { Service: principal } },
    ]),
    Policies: [{ PolicyName: 'links', PolicyDocument: policyDocument(statements) }],
  },
});
