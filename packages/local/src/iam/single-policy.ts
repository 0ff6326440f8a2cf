import { type CompiledStatement, compilePolicy, type PolicyDocument } from './statement.ts';

/**
 * What one policy by itself says of an action on resources: of the policy that a Lambda authorizer answers with.
 *
 * @throws Error that says what AWS would call malformed.
 */
export const singlePolicy = (document: PolicyDocument, action: string): ((resource: string) => boolean) => {
  const statements = compilePolicy(document, 'identity').filter((statement) =>
    statement.action(action.toLowerCase()),
  );
  const speaksOf = (resource: string) => (statement: CompiledStatement) =>
    (statement.resource?.(resource) ?? true) && (statement.applies?.(resource, () => undefined) ?? true);
  return (resource) => {
    const speaking = statements.filter(speaksOf(resource));
    return speaking.length > 0 && speaking.every(({ allows }) => allows);
  };
};
