import type { Cloud } from '../cloud.ts';
import { readDefinition } from './definition.ts';
import type { Schedules } from './schedules.ts';

interface Properties {
  readonly Name?: string;
  readonly GroupName?: string;
  readonly [property: string]: unknown;
}

/** Makes the schedules those of the templates: what is new or changed is put, what is gone is deleted, the rest keeps its times. */
export const applyTemplates = (cloud: Cloud, schedules: Schedules): void => {
  const known = schedules.templates();
  const wanted = new Set<string>();
  for (const { ref, logicalId, service, properties } of cloud.ofType<Properties>(
    'AWS::Scheduler::Schedule',
  )) {
    const { GroupName: group = 'default', Name: _, ...input } = properties;
    const template = JSON.stringify(input);
    wanted.add(`${group}/${ref}`);
    try {
      const definition = readDefinition(input);
      if (known.get(`${group}/${ref}`) !== template)
        schedules.put({ group, name: ref, definition, template });
    } catch (error) {
      throw new Error(`${logicalId} of ${service}: ${(error as Error).message}`);
    }
  }
  for (const id of known.keys()) {
    const [group = '', name = ''] = id.split('/');
    if (!wanted.has(id)) schedules.delete(group, name);
  }
};
