import type { Invocation } from '../cloud.ts';
import { singlePolicy } from '../iam/single-policy.ts';
import type { PolicyDocument } from '../iam/statement.ts';
import { StartError } from '../start-error.ts';
import { toAuthorizerEvent } from './authorizer-event.ts';
import type { ApiIdentity } from './event.ts';
import { message } from './http.ts';
import type { IdentitySource } from './identity-source.ts';
import { functionArnOf, type InvokeFunction, Unavailable } from './integration.ts';
import type { Authorize, Verdict } from './verdict.ts';

export interface LambdaAuthorizerProperties {
  readonly AuthorizerUri?: string;
  readonly AuthorizerPayloadFormatVersion?: string;
  readonly EnableSimpleResponses?: boolean;
  readonly AuthorizerResultTtlInSeconds?: number;
}

interface Options {
  readonly id: string;
  readonly place: string;
  readonly properties: LambdaAuthorizerProperties;
  readonly sources: readonly IdentitySource[];
  readonly api: ApiIdentity;
  readonly invoke: InvokeFunction;
  readonly now: () => number;
}

/** What an authorizer function decided; it may hold for other routes, too. */
interface Decision {
  readonly context: unknown;
  allows(routeArn: string): boolean;
}

/** API Gateway waits this long for an authorizer's answer. */
const TIMEOUT_MS = 10_000;

/** Where the template does not say how long a decision holds. */
const DEFAULT_TTL_SECONDS = 300;

/** How many decisions are remembered. */
const REMEMBERED = 1000;

/** A Lambda authorizer. Its decisions are remembered by the values of its identity sources, whatever the route. */
export const createLambdaAuthorizer = (options: Options): Authorize => {
  const { id, place, properties, sources, api, invoke, now } = options;
  const version = formatVersion(properties, place);
  const isSimple = properties.EnableSimpleResponses === true;
  const functionArn = functionArnOf(properties.AuthorizerUri ?? '', place);
  const base = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}`;
  const ttlMs =
    sources.length === 0 ? 0 : 1000 * (properties.AuthorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS);
  const remembered = new Map<string, { readonly decision: Decision; readonly until: number }>();

  const remember = (key: string, decision: Decision): void => {
    if (ttlMs === 0) return;
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(key, { decision, until: now() + ttlMs });
  };

  /** For an authorizer, being late is an error like any other. */
  const ask = async (event: unknown): Promise<Invocation | undefined> => {
    try {
      const sourceArn = `${base}/authorizers/${id}`;
      return await invoke({ functionArn, sourceArn, event, timeoutMs: TIMEOUT_MS, label: place });
    } catch (error) {
      if (error instanceof Unavailable) return undefined;
      throw error;
    }
  };

  return async (call) => {
    const identity = sources.map((source) => source(call) ?? '');
    if (identity.includes('')) return { refusal: message(401, 'Unauthorized') };
    const routeArn = `${base}/${call.stage.name}/${call.method}${call.path}`;
    const key = JSON.stringify(identity);
    const known = remembered.get(key);
    if (known !== undefined && known.until > now()) return judge(known.decision, routeArn);
    const event = toAuthorizerEvent(call, { version, routeArn, identity });
    const decision = toDecision(await ask(event), isSimple);
    if (decision === undefined) return { refusal: message(500, 'Internal Server Error') };
    remember(key, decision);
    return judge(decision, routeArn);
  };
};

const formatVersion = (
  { AuthorizerPayloadFormatVersion: version, EnableSimpleResponses }: LambdaAuthorizerProperties,
  place: string,
): '1.0' | '2.0' => {
  if (version !== '1.0' && version !== '2.0') {
    throw new StartError(`${place} has AuthorizerPayloadFormatVersion "${version}": 1.0 or 2.0 is needed`);
  }
  if (version === '1.0' && EnableSimpleResponses === true) {
    throw new StartError(`${place} has EnableSimpleResponses: that needs AuthorizerPayloadFormatVersion 2.0`);
  }
  return version;
};

const judge = ({ context, allows }: Decision, routeArn: string): Verdict =>
  allows(routeArn) ? { authorizer: { lambda: context ?? null } } : { refusal: message(403, 'Forbidden') };

/** Undefined for an answer that is neither of the two kinds. */
const toDecision = (invocation: Invocation | undefined, isSimple: boolean): Decision | undefined => {
  if (invocation === undefined || invocation.functionError !== undefined) return undefined;
  const answer = JSON.parse(invocation.payload || 'null') as {
    isAuthorized?: unknown;
    principalId?: unknown;
    policyDocument?: PolicyDocument;
    context?: unknown;
  } | null;
  if (isSimple) {
    const isAuthorized = answer?.isAuthorized;
    return typeof isAuthorized === 'boolean'
      ? { context: answer?.context, allows: () => isAuthorized }
      : undefined;
  }
  try {
    const allows = singlePolicy(answer?.policyDocument ?? {}, 'execute-api:Invoke');
    return { context: answer?.context, allows };
  } catch {
    return undefined;
  }
};
