import { type Described, describe } from '../define-resources.ts';
import { linkVariable } from '../handles.ts';
import { linkValue, type Target } from '../links.ts';
import type { Stage } from '../template.ts';

const pseudo: Readonly<Record<string, string>> = {
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A link's value where no CloudFormation fills it in; what AWS would make up is made up. */
export const offlineLinkValue = (target: Target, stage: Stage): string => {
  const value = linkValue({ ...target, own: false }, stage);
  const text = typeof value === 'string' ? value : 'Fn::Sub' in value ? value['Fn::Sub'] : '';
  return text
    .replace(/\$\{([^}]+)\}/g, (_, name: string) =>
      name === 'AWS::Region' ? stage.region : (pseudo[name] ?? name),
    )
    .replace(/\{\{resolve:ssm:[^}]*\/([^/}]+)\}\}/g, (_, key: string) =>
      key === 'id' ? `${stage.region}_local` : key,
    );
};

/** The variables of links to all of a context's resources, for a test or an invocation outside AWS. */
export const offlineLinks = (resources: Described, options: Partial<Stage> = {}): Record<string, string> => {
  const stage = {
    stage: 'local',
    region: 'us-east-1',
    stageRegion: 'us-east-1',
    mailDomain: 'emporium.example',
    settings: { logRetentionInDays: 1, release: 'all-at-once', cache: { engine: 'memory' as const } },
    ...options,
  };
  const { context, definitions } = describe(resources);
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      linkVariable(context, name),
      offlineLinkValue({ context, name, definition, own: false }, stage),
    ]),
  );
};
