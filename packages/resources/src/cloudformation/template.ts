import type { Definition } from '../definitions.ts';
import type { Address } from '../naming.ts';
import type { Stage, Statement, TemplateResources } from '../template.ts';
import { cacheTemplate } from './cache.ts';
import { networkTemplate } from './network.ts';
import { queueTemplate } from './queue.ts';
import { secretTemplate } from './secret.ts';
import {
  bucketTemplate,
  busTemplate,
  emailIdentityTemplate,
  parameterTemplate,
  topicTemplate,
} from './simple.ts';
import { siteTemplate } from './site.ts';
import { stateMachineTemplate } from './state-machine.ts';
import { tableTemplate } from './table.ts';
import { userPoolTemplate } from './user-pool.ts';

/** What only the whole shop knows of a workflow: the functions that it invokes, and what its links allow. */
export interface WorkflowRights {
  readonly invoke: readonly Address[];
  readonly granted: readonly Statement[];
}

/** The CloudFormation of one resource. */
export const resourceTemplate = (
  address: Address,
  definition: Definition,
  stage: Stage,
  rights: WorkflowRights = { invoke: [], granted: [] },
): TemplateResources => {
  switch (definition.kind) {
    case 'table':
      return tableTemplate(address, definition, stage);
    case 'queue':
      return queueTemplate(address, definition, stage);
    case 'bus':
      return busTemplate(address, stage);
    case 'secret':
      return secretTemplate(address, definition, stage);
    case 'parameter':
      return parameterTemplate(address, definition, stage);
    case 'userPool':
      return userPoolTemplate(address, definition, stage);
    case 'bucket':
      return bucketTemplate(address, stage);
    case 'topic':
      return topicTemplate(address, stage);
    case 'cache':
      return cacheTemplate(address, stage);
    case 'network':
      return networkTemplate(address, stage);
    case 'stateMachine':
      return stateMachineTemplate(address, rights.invoke, rights.granted, stage);
    case 'emailIdentity':
      return emailIdentityTemplate(address, definition, stage);
    case 'distribution':
      return {};
    case 'site':
      return siteTemplate(address, definition, stage);
  }
};
