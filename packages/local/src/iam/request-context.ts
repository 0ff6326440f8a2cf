import type { Caller, Cloud, Context, Permission } from '../cloud.ts';
import type { Lookup } from './variables.ts';

type Actor = Exclude<Caller, { kind: 'root' }>;
type Read = (
  caller: Actor,
  permission: Permission,
  cloud: Pick<Cloud, 'accountId' | 'region'>,
) => string | undefined;

const ofRole =
  (read: (caller: Extract<Actor, { kind: 'role' }>, accountId: string) => string): Read =>
  (caller, _, { accountId }) =>
    caller.kind === 'role' ? read(caller, accountId) : undefined;

const ofService =
  (read: (caller: Extract<Actor, { kind: 'service' }>) => string | undefined): Read =>
  (caller) =>
    caller.kind === 'service' ? read(caller) : undefined;

/** The condition keys that every request has, or every one of a role or of a service. */
const globalKeys: Readonly<Record<string, Read>> = {
  'aws:currenttime': () => new Date().toISOString(),
  'aws:epochtime': () => String(Math.floor(Date.now() / 1000)),
  'aws:requestedregion': (_, _permission, { region }) => region,
  'aws:resourceaccount': (_, { resource }, { accountId }) => resource.split(':')[4] || accountId,
  // The SDK calls AWS over TLS; that this machine's loopback does without is none of a policy's business.
  'aws:securetransport': () => 'true',
  'aws:principalarn': ofRole(({ roleArn }) => roleArn),
  'aws:principalaccount': ofRole((_, accountId) => accountId),
  'aws:principaltype': ofRole(() => 'AssumedRole'),
  'aws:sourceip': ofRole(() => '127.0.0.1'),
  'aws:viaawsservice': ofRole(() => 'false'),
  'aws:principalisawsservice': ({ kind }) => String(kind === 'service'),
  'aws:principalservicename': ofService(({ principal }) => principal),
  'aws:principalservicenameslist': ofService(({ principal }) => principal),
  'aws:sourcearn': ofService(({ sourceArn }) => sourceArn),
  'aws:sourceaccount': (caller, _, { accountId }) =>
    caller.kind === 'service' ? caller.sourceArn.split(':')[4] || accountId : undefined,
};

/** What the conditions of a policy see of a request. What the call itself gives goes first, and is made only if asked for. */
export const requestContext = (
  cloud: Pick<Cloud, 'accountId' | 'region'>,
  caller: Actor,
  permission: Permission,
): Lookup => {
  let given: ReadonlyMap<string, readonly string[]> | undefined;
  return (key) => {
    given ??= contextOf(permission);
    const values = given.get(key);
    if (values !== undefined) return values;
    const read = Object.hasOwn(globalKeys, key) ? globalKeys[key] : undefined;
    const value = read?.(caller, permission, cloud);
    return value === undefined ? undefined : [value];
  };
};

type Values = ReadonlyMap<string, readonly string[]>;

/** The contexts that don't change from call to call, such as those of a table's key. */
const constant = new WeakMap<Context, Values>();

const contextOf = ({ context = {} }: Permission): Values => {
  if (typeof context === 'function') return lowerCased(context());
  let values = constant.get(context);
  if (values === undefined) {
    values = lowerCased(context);
    constant.set(context, values);
  }
  return values;
};

const lowerCased = (context: Context): Values =>
  new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat() as string[]]));
