import { loadResources } from '../cloudformation/start.ts';
import type { PackagedService } from '../cloudformation/templates.ts';
import { silentLog } from '../log.ts';
import { type LocalCloud, type StartOptions, startLocal } from '../start.ts';
import { StartError } from '../start-error.ts';
import { holdPort } from './hold-port.ts';
import { removedWithData } from './removed.ts';

/** A running shop whose templates can be replaced; its addresses and its data stay. */
export interface OpenShop {
  readonly cloud: LocalCloud;
  readonly templates: readonly PackagedService[];
  /** Runs other templates on the same data. Where they can't be started it says why, and the old ones go on: then it gives false. Throws where those can't be started any more, either. */
  replace(templates: readonly PackagedService[]): Promise<boolean>;
  stop(): Promise<void>;
}

export const openShop = async (
  options: StartOptions & { readonly log: NonNullable<StartOptions['log']> },
): Promise<OpenShop> => {
  const { log } = options;
  let { templates } = options;
  let replacing: Promise<boolean> | undefined;
  let isRunning = false;
  let isClosing = false;
  /** Frees the port that is held while nothing else answers there. */
  let release = async (): Promise<void> => {};
  const door = {
    beforeOpening: () => release(),
    afterClosing: async () => {
      if (isRunning && !isClosing) release = await holdPort(ports.port).catch(() => release);
    },
  };
  let cloud = await startLocal({ ...options, door });
  isRunning = true;
  const ports = { port: Number(new URL(cloud.url).port), endpointPort: Number(new URL(cloud.endpoint).port) };

  const load = (services: readonly PackagedService[]) => {
    const { stage, region, accountId, endpoint } = cloud.cloud;
    return loadResources(services, { stage, region, accountId, endpoint, log: silentLog });
  };

  const stop = async (): Promise<void> => {
    if (isRunning) await cloud.stop();
    isRunning = false;
  };

  const start = async (services: readonly PackagedService[]): Promise<void> => {
    const faults = cloud.faults.list();
    cloud = await startLocal({ ...options, ...ports, door, templates: services, faults: [] });
    isRunning = true;
    for (const fault of faults) {
      try {
        cloud.faults.add(fault);
      } catch (error) {
        log.warn('watch', (error as Error).message);
      }
    }
  };

  const replace = async (next: readonly PackagedService[]): Promise<boolean> => {
    try {
      // Most of what may be wrong with a template shows before anything has stopped.
      const removed = removedWithData(load(templates), load(next));
      await stop();
      if (isClosing) return false;
      await start(next);
      templates = next;
      for (const line of removed) log.warn('watch', line);
      return true;
    } catch (error) {
      const why = error instanceof StartError ? error.message : String((error as Error).stack ?? error);
      log.error('watch', `${why}. The shop goes on as it was`);
      if (!isRunning && !isClosing) await start(templates);
      return false;
    }
  };

  return {
    get cloud() {
      return cloud;
    },
    get templates() {
      return templates;
    },
    replace: (next) => {
      replacing = replace(next);
      return replacing;
    },
    stop: async () => {
      isClosing = true;
      await replacing?.catch(() => {});
      await stop();
      await release();
    },
  };
};
