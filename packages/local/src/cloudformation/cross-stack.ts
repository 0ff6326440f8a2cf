import { StartError } from '../start-error.ts';
import type { Template } from './templates.ts';

/** A stack, as others see it. */
export interface PublishingStack {
  value(value: unknown, at: string): unknown;
  exists(item: { Condition?: string }): boolean;
}

/** What stacks tell each other. */
export interface CrossStack {
  /** The value of an export; undefined where no stack has it. */
  exported(name: string): unknown;
  /** The value of an SSM parameter that a stack makes. */
  parameter(name: string): string | undefined;
}

/** Finds values in other stacks. Stacks that need each other's values to tell their own are refused. */
export const createCrossStack = (stacks: ReadonlyMap<Template, PublishingStack>): CrossStack => {
  const asked: string[] = [];
  const once = <T>(what: string, find: () => T): T => {
    const start = asked.indexOf(what);
    if (start >= 0) {
      throw new StartError(
        `Circular dependency between stacks: ${[...asked.slice(start), what].join(' → ')}`,
      );
    }
    asked.push(what);
    try {
      return find();
    } finally {
      asked.pop();
    }
  };
  return {
    exported: (name) => once(`export ${name}`, () => findExport(stacks, name)),
    parameter: (name) => once(`parameter ${name}`, () => findParameter(stacks, name)),
  };
};

const findExport = (stacks: ReadonlyMap<Template, PublishingStack>, name: string): unknown => {
  for (const [template, stack] of stacks) {
    for (const [key, output] of Object.entries(template.outputs)) {
      if (output.Export === undefined || !stack.exists(output)) continue;
      if (stack.value(output.Export.Name, `Outputs.${key}.Export.Name`) === name) {
        return stack.value(output.Value, `Outputs.${key}.Value`);
      }
    }
  }
  return undefined;
};

const findParameter = (stacks: ReadonlyMap<Template, PublishingStack>, name: string): string | undefined => {
  for (const [template, stack] of stacks) {
    for (const [logicalId, resource] of Object.entries(template.resources)) {
      if (resource.Type !== 'AWS::SSM::Parameter' || !stack.exists(resource)) continue;
      const at = `Resources.${logicalId}.Properties`;
      if (stack.value(resource.Properties?.Name, `${at}.Name`) === name) {
        return String(stack.value(resource.Properties?.Value, `${at}.Value`));
      }
    }
  }
  return undefined;
};
