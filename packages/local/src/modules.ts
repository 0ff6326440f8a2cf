import type { Cloud, Running } from './cloud.ts';
import * as dynamicReferences from './cloudformation/dynamic.ts';
import type { PackagedService } from './cloudformation/templates.ts';
import * as cloudwatch from './cloudwatch/start.ts';
import * as cognito from './cognito/start.ts';
import * as dynamodb from './dynamodb/start.ts';
import * as eventBridge from './event-bridge/start.ts';
import type { Faults } from './faults/faults.ts';
import * as frontDoor from './front-door/start.ts';
import * as kms from './kms/start.ts';
import * as lambda from './lambda/start.ts';
import * as s3 from './s3/start.ts';
import * as scheduler from './scheduler/start.ts';
import * as secretsManager from './secrets-manager/start.ts';
import * as ses from './ses/start.ts';
import * as sites from './sites/start.ts';
import * as sns from './sns/start.ts';
import * as queues from './sqs/event-sources.ts';
import * as sqs from './sqs/start.ts';
import * as ssm from './ssm/start.ts';
import * as stepFunctions from './step-functions/start.ts';
import * as streams from './streams/start.ts';
import * as sts from './sts/start.ts';
import * as xray from './xray/start.ts';

interface Module {
  /** The IAM prefix whose actions the module answers. */
  readonly prefix?: string;
  /** Whether it opens the shop to its customers. */
  readonly opens?: boolean;
  start(cloud: Cloud, options: ModuleOptions): Promise<Started>;
}

interface Started extends Running {
  readonly url?: string;
  renew?(functionName: string, codeFolder: string): void;
}

interface ModuleOptions {
  /** Of the front door; 0 takes a free one. */
  readonly port: number;
  readonly templates: readonly PackagedService[];
  /** Whether functions trace what they do. */
  readonly trace: boolean;
  /** Contexts that were left out on purpose. */
  readonly absent: ReadonlySet<string>;
  /** What fails on purpose. */
  readonly faults: Faults;
  /** What an invocation has to wait for, if anything. */
  beforeInvocation?(functionName: string): Promise<void> | undefined;
  /** Whether a debugger may stop in a handler: nothing must time out meanwhile. */
  readonly inspect: boolean;
}

/** What the local cloud consists of, in the order in which it starts; it stops in reverse. */
export const modules: readonly Module[] = [
  { prefix: 'sts', start: sts.start },
  { prefix: 'kms', start: kms.start },
  { prefix: 'dynamodb', start: dynamodb.start },
  { prefix: 'sqs', start: sqs.start },
  // Before Lambda, whose functions are told where to send their segments.
  { prefix: 'xray', start: xray.start },
  { prefix: 'ssm', start: ssm.start },
  { prefix: 'secretsmanager', start: secretsManager.start },
  { start: dynamicReferences.start },
  { prefix: 'lambda', start: lambda.start },
  { prefix: 'cognito-idp', start: cognito.start },
  { prefix: 'ses', start: ses.start },
  { prefix: 'sns', start: sns.start },
  { prefix: 's3', start: s3.start },
  { start: sites.start },
  { prefix: 'cloudwatch', start: cloudwatch.start },
  { prefix: 'events', start: eventBridge.start },
  { prefix: 'states', start: stepFunctions.start },
  { prefix: 'scheduler', start: scheduler.start },
  { prefix: 'cloudfront', start: frontDoor.start, opens: true },
  // Last, for they call all the others at once.
  { start: queues.start },
  { start: streams.start },
];
