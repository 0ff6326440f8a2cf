import { accountId, policyDocument, type Statement, type TemplateResource, type Value } from '../template.ts';

export interface RoleOptions {
  readonly name: string;
  /** The service that takes the role on, such as `lambda.amazonaws.com`. */
  readonly principal: string;
  /**
   * The ARN of what the service acts for, so that nobody else's can have it act (the confused deputy). Lambda doesn't
   * say for which function it takes a role on, and takes none of another account.
   */
  readonly source?: Value;
  readonly statements: readonly Statement[];
}

/** A role with one inline policy: nothing else can be granted it by being attached. */
export const role = ({ name, principal, source, statements }: RoleOptions): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: policyDocument([
      {
        Effect: 'Allow',
        Action: ['sts:AssumeRole'],
        Principal: { Service: principal },
        ...(source !== undefined && {
          Condition: {
            StringEquals: { 'aws:SourceAccount': accountId },
            ArnLike: { 'aws:SourceArn': source },
          },
        }),
      },
    ]),
    Policies: [{ PolicyName: 'links', PolicyDocument: policyDocument(statements) }],
  },
});
