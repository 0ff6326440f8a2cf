import type { Cloud, Resource } from '../cloud.ts';
import { accessKeyOf, secretAccessKey, sessionToken } from '../iam/credentials.ts';

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Handler: string;
  readonly Role: string;
  readonly Code: { readonly S3Key: string };
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly ReservedConcurrentExecutions?: number;
  readonly TracingConfig?: { readonly Mode?: string };
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

interface EventInvokeConfig {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: {
    readonly OnSuccess?: { readonly Destination?: string };
    readonly OnFailure?: { readonly Destination?: string };
  };
}

/** What becomes of events whose sender does not wait. */
interface AsyncConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** ARNs. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
  readonly deadLetters?: string | undefined;
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
  /** How many invocations may run at once, where the template says. */
  readonly reserved: number | undefined;
  /** How many workers it may have. */
  readonly workers: number;
  readonly asynchronous: AsyncConfig;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it asks for active tracing. */
  readonly isTraced: boolean;
}

/** Workers of a function that reserves none; Lambda would go to a thousand, this machine has to share its memory. */
const MAX_WORKERS = 4;

/** Six hours. */
const MAX_EVENT_AGE_SECONDS = 21_600;

/** `daemonAddress` is where X-Ray's daemon listens, where anybody is to be traced. */
export const defineFunctions = (cloud: Cloud, daemonAddress?: string): readonly FunctionDefinition[] => {
  const configs = cloud.ofType<EventInvokeConfig>('AWS::Lambda::EventInvokeConfig');
  return cloud.ofType<FunctionProperties>('AWS::Lambda::Function').map((resource) => {
    const { ref, arn } = resource;
    const config = configs.find(({ properties }) => [ref, arn].includes(properties.FunctionName));
    return define(cloud, resource, { config: config?.properties, daemonAddress });
  });
};

const define = (
  cloud: Cloud,
  { service, ref, arn, properties }: Resource<FunctionProperties>,
  { config, daemonAddress }: { config: EventInvokeConfig | undefined; daemonAddress: string | undefined },
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
  reserved: properties.ReservedConcurrentExecutions,
  workers: properties.ReservedConcurrentExecutions ?? MAX_WORKERS,
  asynchronous: {
    maximumRetryAttempts: config?.MaximumRetryAttempts ?? 2,
    maximumEventAgeSeconds: config?.MaximumEventAgeInSeconds ?? MAX_EVENT_AGE_SECONDS,
    onSuccess: config?.DestinationConfig?.OnSuccess?.Destination,
    onFailure: config?.DestinationConfig?.OnFailure?.Destination,
    deadLetters: properties.DeadLetterConfig?.TargetArn,
  },
  isTraced: isTraced(properties),
  environment: {
    ...unreserved,
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

/** What Lambda sets unless the template does; none of it is this machine's. */
const unreserved = {
  LANG: 'en_US.UTF-8',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
  LD_LIBRARY_PATH:
    '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
  NODE_PATH:
    '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task',
  TZ: ':UTC',
};

/** What Lambda itself sets; a template can't. */
const reserved = (cloud: Cloud, name: string, properties: FunctionProperties): Record<string, string> => ({
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize ?? 128),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_REGION: cloud.region,
  AWS_DEFAULT_REGION: cloud.region,
  AWS_ACCESS_KEY_ID: accessKeyOf(name),
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
  AWS_ENDPOINT_URL: cloud.endpoint,
  AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  _HANDLER: properties.Handler,
});
