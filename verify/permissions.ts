import { textOf } from '../e2e/support/templates.ts';
import { isListed } from '../packages/resources/src/wildcards.ts';
import type { Finding } from './findings.ts';
import type { TemplateResource } from './stacks.ts';

interface Resources {
  /** The context. */
  readonly service: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

interface Placed {
  /** `<service>.<logical id>` of the resource in which the statement stands. */
  readonly where: string;
  /** The type of that resource. */
  readonly type: string;
  readonly statement: Readonly<Record<string, unknown>>;
}

/** Every statement that allows something, wherever in a template it stands. */
export const statementsOf = ({ service, resources }: Resources): Placed[] =>
  Object.entries(resources).flatMap(([logicalId, resource]) => {
    const found: Placed[] = [];
    const at = { where: `${service}.${logicalId}`, type: resource.Type };
    JSON.stringify(resource, (_, value) => {
      if (value?.Effect === 'Allow') found.push({ ...at, statement: value });
      return value;
    });
    return found;
  });

/** Grants that allow more than they name: by exclusion, by a pattern of actions, by a pattern of resources that is not on the list. */
export const wideGrants = (template: Resources): Omit<Finding, 'targets'>[] =>
  statementsOf(template).flatMap(({ where, type, statement }) => {
    const exclusions = ['NotAction', 'NotResource', 'NotPrincipal']
      .filter((element) => element in statement)
      .map((element) => ({
        rule: element,
        where,
        message: 'grants by exclusion: name what is granted instead',
      }));
    return [...exclusions, ...patterns(type, statement).map((found) => ({ where, ...found }))];
  });

const patterns = (type: string, { Action = [], Resource = [] }: Placed['statement']) =>
  [Action].flat().flatMap((action) =>
    /^[a-z0-9-]+:[A-Za-z]+$/.test(String(action))
      ? [Resource]
          .flat()
          .map(textOf)
          .filter((resource) => /[*?]/.test(resource) && !isListed(type, String(action), resource))
          .map((resource) => ({
            rule: String(action),
            message: `on ${resource}, which packages/resources/src/wildcards.ts does not list`,
          }))
      : [{ rule: String(action), message: 'is a pattern: name the actions' }],
  );
