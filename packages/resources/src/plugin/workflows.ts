import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { WorkflowRights } from '../cloudformation/template.ts';
import type { StateMachineDefinition } from '../definitions.ts';
import { ConfigurationError } from '../errors.ts';
import type { Address } from '../naming.ts';
import { suggest } from '../suggest.ts';
import type { Stage } from '../template.ts';
import type { Contexts } from './contexts.ts';
import { linkStatements, readLinks } from './links.ts';

/** What a workflow may do, its names checked. `services` is the folder of all services. */
export const workflowRights = async (
  { context, name }: Address,
  { invoke, link = {} }: StateMachineDefinition,
  { contexts, stage, services }: { contexts: Contexts; stage: Stage; services: string },
): Promise<WorkflowRights> => {
  const where = `services/${context}/resources.ts, ${name}`;
  const links = await readLinks(link, contexts, `${where}, link`);
  return {
    invoke: invoke.map((reference) => findFunction(reference, services, `${where}, invoke`)),
    granted: linkStatements(links, stage),
  };
};

const findFunction = (reference: string, services: string, where: string): Address => {
  const [context = '', name = ''] = reference.split('.');
  const file = join(services, context, 'serverless.yml');
  const functions = existsSync(file) ? functionsOf(file) : [];
  if (functions.includes(name)) return { context, name };
  const known = functions.map((key) => `${context}.${key}`);
  throw new ConfigurationError(`${where}: there is no function "${reference}".${suggest(reference, known)}`);
};

const functionsOf = (file: string): string[] => {
  // CloudFormation's tags (`!Sub`) are no business of ours.
  const config = parse(readFileSync(file, 'utf8'), { logLevel: 'silent' }) as { functions?: object } | null;
  return Object.keys(config?.functions ?? {});
};
