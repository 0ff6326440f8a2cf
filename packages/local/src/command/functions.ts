import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { composeServices, type Service } from '../package/services.ts';
import { StartError } from '../start-error.ts';

/** A function as `serverless.yml` defines it. */
export interface FunctionToInvoke {
  readonly service: Service;
  readonly key: string;
  /** The sample event beside its handler, relative to the service's folder. */
  readonly sampleEvent: string;
  /** Whether it calls AWS: then it needs a shop that runs. */
  readonly usesAws: boolean;
}

interface Definition {
  readonly handler: string;
  readonly link?: Record<string, unknown>;
  readonly events?: readonly Record<string, unknown>[];
}

/** Finds `<service> <function>`, or says which there are. */
export const findFunction = (root: string, serviceName: string, key: string): FunctionToInvoke => {
  const services = composeServices(root).filter(({ folder }) => Object.keys(functionsOf(folder)).length > 0);
  const service = services.find(({ name }) => name === serviceName);
  if (service === undefined) {
    const names = services.map(({ name }) => name).join(', ');
    throw new StartError(`There is no service "${serviceName}" with functions. There are: ${names}`);
  }
  const functions = functionsOf(service.folder);
  const definition = functions[key];
  if (definition === undefined) {
    const keys = Object.keys(functions).join(', ');
    throw new StartError(`${serviceName} has no function "${key}". It has: ${keys}`);
  }
  return {
    service,
    key,
    sampleEvent: join(dirname(definition.handler), 'event.json'),
    usesAws: definition.link !== undefined || (definition.events ?? []).some(({ outbox }) => outbox),
  };
};

const functionsOf = (folder: string): Record<string, Definition> => {
  const file = join(folder, 'serverless.yml');
  if (!existsSync(file)) throw new StartError(`Cannot find ${file}`);
  // CloudFormation's tags, such as !Sub, are none that YAML knows.
  const { functions } = parse(readFileSync(file, 'utf8'), { logLevel: 'silent' }) as {
    functions?: Record<string, Definition>;
  };
  return functions ?? {};
};
