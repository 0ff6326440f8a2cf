import type { Description } from '../define-resources.ts';
import { keyId, keyParameter, ownKey } from '../key.ts';
import { arnByName } from '../naming.ts';
import {
  policyDocument,
  retained,
  type Stage,
  sub,
  type TemplateResource,
  type TemplateResources,
} from '../template.ts';
import { isKept, keyPolicy } from './key-policy.ts';

/**
 * The key of a context, its alias, and the parameter that tells other contexts its ARN; nothing for a context that
 * keeps nothing under a key. `resources` is all that the context's template has besides.
 */
export const keyTemplate = (
  { context, definitions }: Description,
  resources: TemplateResources,
  { stage }: Stage,
): TemplateResources => {
  const all = Object.values(resources);
  const kept = all.filter((resource) => isKept(resource) && usesOwnKey(resource));
  if (kept.length === 0) return {};
  const machines = Object.entries(definitions).flatMap(([name, { kind }]) =>
    kind === 'stateMachine' ? [sub(arnByName.stateMachine({ context, name }, stage))] : [],
  );
  return {
    [keyId]: {
      Type: 'AWS::KMS::Key',
      ...retained,
      Properties: {
        Description: `Encrypts what the context ${context} keeps in the stage ${stage}`,
        EnableKeyRotation: true,
        // The longest there is: without its key, data is gone.
        PendingWindowInDays: 30,
        KeyPolicy: policyDocument(keyPolicy({ kept, all, machines })),
      },
    },
    // Not retained: the next stack of the same name makes a key of its own, and needs the alias for it.
    [`${keyId}Alias`]: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: `alias/emporium-${context}-${stage}`, TargetKeyId: { Ref: keyId } },
    },
    [`${keyId}ArnParameter`]: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Type: 'String', Name: keyParameter(context, stage), Value: ownKey },
    },
  };
};

const usesOwnKey = ({ Properties }: TemplateResource): boolean =>
  JSON.stringify(Properties).includes(JSON.stringify(ownKey));
