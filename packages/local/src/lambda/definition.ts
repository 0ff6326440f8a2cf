import { join } from 'node:path';
import type { Cloud, Resource } from '../cloud.ts';
import { accessKeyOf, secretAccessKey } from '../iam/credentials.ts';

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Handler: string;
  readonly Role: string;
  readonly Code: { readonly S3Key: string };
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly TracingConfig?: { readonly Mode?: string };
  readonly ReservedConcurrentExecutions?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

/** A function as the template defines it, with the environment that its workers get. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Such as `orders.placeOrder`: how its lines are labelled. */
  readonly label: string;
  readonly service: string;
  readonly handler: string;
  readonly s3Key: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it asks for active tracing. */
  readonly isTraced: boolean;
}

/** Workers of one function at once; Lambda would go to a thousand, this machine has to share its memory. */
const MAX_CONCURRENCY = 4;

/** `daemonAddress` is where X-Ray's daemon listens, where anybody is to be traced. */
export const defineFunctions = (cloud: Cloud, daemonAddress?: string): readonly FunctionDefinition[] =>
  cloud
    .ofType<FunctionProperties>('AWS::Lambda::Function')
    .map((resource) => define(cloud, resource, daemonAddress));

const define = (
  cloud: Cloud,
  { service, ref, arn, properties }: Resource<FunctionProperties>,
  daemonAddress: string | undefined,
): FunctionDefinition => ({
  name: ref,
  arn,
  roleArn: properties.Role,
  label: `${service}.${ref.replace(`emporium-${service}-${cloud.stage}-`, '')}`,
  service,
  handler: properties.Handler,
  s3Key: properties.Code.S3Key,
  timeoutSeconds: properties.Timeout ?? 3,
  memoryMegabytes: properties.MemorySize ?? 128,
  concurrency: Math.min(properties.ReservedConcurrentExecutions ?? MAX_CONCURRENCY, MAX_CONCURRENCY),
  isTraced: isTraced(properties),
  environment: {
    ...(isTraced(properties) && daemonAddress !== undefined
      ? { AWS_XRAY_DAEMON_ADDRESS: daemonAddress }
      : // Nobody listens, and each worker's segments would cost memory and time.
        { POWERTOOLS_TRACE_ENABLED: 'false' }),
    ...Object.fromEntries(
      Object.entries(properties.Environment?.Variables ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    ...reserved(cloud, ref, properties),
  },
});

const isTraced = ({ TracingConfig }: FunctionProperties): boolean => TracingConfig?.Mode === 'Active';

/** What Lambda itself sets; a template can't. */
const reserved = (cloud: Cloud, name: string, properties: FunctionProperties): Record<string, string> => ({
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize ?? 128),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_REGION: cloud.region,
  AWS_DEFAULT_REGION: cloud.region,
  AWS_ACCESS_KEY_ID: accessKeyOf(name),
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: 'local',
  AWS_ENDPOINT_URL: cloud.endpoint,
  AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
  LAMBDA_TASK_ROOT: join('/var', 'task'),
  _HANDLER: properties.Handler,
  PATH: process.env.PATH ?? '',
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
});
