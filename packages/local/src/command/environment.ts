import { loadResources } from '../cloudformation/start.ts';
import { accessKeyOf, secretAccessKey, sessionToken } from '../iam/credentials.ts';
import { silentLog } from '../log.ts';
import { offline } from '../package/run.ts';
import type { RunningShop } from './running-shop.ts';

/** Where nobody listens: a call fails at once, instead of asking the network. */
const NOWHERE = 'http://127.0.0.1:9';

/** What an AWS SDK and Powertools need on this machine. With a running shop, calls are checked against the function's own role. */
export const processEnvironment = (functionName: string, shop: RunningShop | undefined) => ({
  ...offline,
  AWS_ENDPOINT_URL: shop?.endpoint ?? NOWHERE,
  AWS_ACCESS_KEY_ID: accessKeyOf(functionName),
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
  AWS_MAX_ATTEMPTS: '1',
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_TRACE_ENABLED: 'false',
});

/** The variables that the template gives the function, as the running shop has resolved them. */
export const functionEnvironment = (functionName: string, shop: RunningShop): Record<string, string> => {
  const resources = loadResources(shop.templates, {
    stage: 'local',
    region: 'us-east-1',
    accountId: '000000000000',
    endpoint: shop.endpoint,
    log: silentLog,
  });
  const properties = resources.find(
    ({ type, ref }) => type === 'AWS::Lambda::Function' && ref === functionName,
  )?.properties as { Environment?: { Variables?: Record<string, string> } } | undefined;
  return properties?.Environment?.Variables ?? {};
};
