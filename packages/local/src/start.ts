import type { Cloud, Log, Running } from './cloud.ts';
import type { PackagedService } from './cloudformation/templates.ts';
import { createCloud } from './create-cloud.ts';
import { parseFault } from './faults/fault.ts';
import type { Faults } from './faults/faults.ts';
import { createLog } from './log.ts';
import { modules } from './modules.ts';

export interface StartOptions {
  /** The packaged services, `platform` and `edge` among them. */
  readonly templates: readonly PackagedService[];
  /** Where all state is kept; made if it does not exist. One running instance at a time may use it. */
  readonly dataFolder: string;
  /** Of the front door; 0 takes a free one. Default 3000. */
  readonly port?: number;
  /** Of the AWS-shaped endpoint; 0 takes a free one. Default 0. */
  readonly endpointPort?: number;
  /** As the services were packaged. Default `local`. */
  readonly stage?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Whether functions with active tracing send segments to X-Ray. Default no: it costs them time. */
  readonly trace?: boolean;
  /** Contexts that are left out of `templates` on purpose: what leads to their APIs is answered with a 503. */
  readonly absent?: readonly string[];
  /** What fails on purpose, as on the command line: `['sqs=0.01', 'orders.placeOrder=0.1:lost']`. Default nothing. */
  readonly faults?: readonly string[];
  /** Whether a debugger may stop in a handler: then functions don't time out. Default false. */
  readonly inspect?: boolean;
  /** Where to note which permissions are asked for, and by whom; see `iam/usage.ts`. Default nowhere. */
  readonly usageFolder?: string | undefined;
  /** What an invocation of a function has to wait for, if anything: its new code. */
  readonly beforeInvocation?: (functionName: string) => Promise<void> | undefined;
  /** Told when the front door takes its port, and when it has left it. */
  readonly door?: { beforeOpening(): Promise<void>; afterClosing(): Promise<void> };
  /** Default: labelled lines on standard error. */
  readonly log?: Log;
}

export interface LocalCloud {
  /** The front door: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The AWS-shaped endpoint; `AWS_ENDPOINT_URL` for an SDK client, with the access key `local` to be root. */
  readonly endpoint: string;
  readonly cloud: Cloud;
  /** What fails on purpose from now on. */
  readonly faults: Faults;
  /** From its next invocation on, a function runs the code of this folder. */
  renew(functionName: string, codeFolder: string): void;
  stop(): Promise<void>;
}

/**
 * Runs packaged services on this machine, from their CloudFormation templates.
 *
 * @example
 * const local = await startLocal({ templates: [{ service: 'orders', folder, buildFolder }], dataFolder: '.emporium/data' });
 * await fetch(`${local.url}/api/catalog/products`);
 * await local.stop();
 *
 * @throws StartError with one clear line for what its user has to change: an unreadable template, a busy
 * port, a data folder that is not writable or in use.
 */
export const startLocal = async ({
  templates,
  dataFolder,
  port = 3000,
  endpointPort = 0,
  stage = 'local',
  region = 'us-east-1',
  trace = false,
  absent = [],
  faults: wanted = [],
  inspect = false,
  usageFolder,
  beforeInvocation,
  door,
  log = createLog(),
}: StartOptions): Promise<LocalCloud> => {
  const toAdd = wanted.map(parseFault);
  const { cloud, faults, provide, close } = await createCloud({
    templates,
    dataFolder,
    endpointPort,
    stage,
    region,
    log,
    usageFolder,
  });
  const running: { readonly module: Running; readonly opens?: boolean }[] = [];
  const stop = async () => {
    for (const { module, opens } of running.splice(0).reverse()) {
      await module.stop().catch((error) => log.error('stop', String(error)));
      if (opens) await door?.afterClosing();
    }
    await close();
  };
  try {
    let url = '';
    let renew: LocalCloud['renew'] = () => {};
    const options = {
      port,
      templates,
      trace,
      absent: new Set(absent),
      faults,
      inspect,
      ...(beforeInvocation && { beforeInvocation }),
    };
    for (const { prefix, start, opens } of modules) {
      if (opens) await door?.beforeOpening();
      const module = await start(cloud, options);
      running.push({ module, ...(opens !== undefined && { opens }) });
      if (prefix !== undefined && module.api !== undefined) provide(prefix, module.api);
      if (module.url !== undefined) url = module.url;
      if (module.renew !== undefined) renew = module.renew;
    }
    for (const fault of toAdd) faults.add(fault);
    return { url, endpoint: cloud.endpoint, cloud, faults, renew, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
