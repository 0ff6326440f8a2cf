import { StartError } from '../start-error.ts';
import type { Template } from './templates.ts';

/** Refuses what CloudFormation refuses: resources of one template that need each other to exist first. */
export const refuseCycles = (template: Template): void => {
  const done = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    if (done.has(logicalId)) return;
    const start = path.indexOf(logicalId);
    if (start >= 0) {
      const cycle = [...path.slice(start), logicalId].join(' → ');
      throw new StartError(`Circular dependency between resources in ${template.file}: ${cycle}`);
    }
    for (const next of dependencies(template, logicalId)) visit(next, [...path, logicalId]);
    done.add(logicalId);
  };
  for (const logicalId of Object.keys(template.resources)) visit(logicalId, []);
};

const dependencies = (template: Template, logicalId: string): Set<string> => {
  const resource = template.resources[logicalId];
  const named = [resource?.DependsOn ?? []].flat();
  for (const name of named) {
    if (name in template.resources) continue;
    throw new StartError(
      `${template.file}: "${name}" is not a resource of this template (at Resources.${logicalId}.DependsOn)`,
    );
  }
  const found = new Set<string>(named);
  collect(resource?.Properties, found);
  return new Set([...found].filter((name) => name in template.resources));
};

const collect = (value: unknown, found: Set<string>): void => {
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'Ref') found.add(String(item));
    else if (key === 'Fn::GetAtt')
      found.add(String(Array.isArray(item) ? item[0] : String(item).split('.')[0]));
    else if (key === 'Fn::Sub') {
      const [text, variables = {}] = [item].flat() as [unknown, object?];
      for (const [, name = ''] of String(text).matchAll(/\$\{([^!}][^}.]*)/g)) {
        if (!Object.hasOwn(variables, name)) found.add(name);
      }
    }
    collect(item, found);
  }
};
