import { type Api, AwsError, type Caller, type WireAnswer, type WireRequest } from '../cloud.ts';
import type { Authorize } from '../iam/authorize.ts';
import { secretAccessKey } from '../iam/credentials.ts';
import { decode, dialectOf } from './decode.ts';
import { encodeError, encodeOutput } from './encode.ts';
import { checkMembers } from './members.ts';
import type { Dialect, Request } from './request.ts';
import { createVerifier } from './signature.ts';
import { SignatureError, toAwsError } from './signature-error.ts';

/** What the endpoint needs to know before it can answer. */
export interface Ground {
  readonly region: string;
  find(prefix: string): Api;
  authorize: Authorize;
  /** Who holds an access key. */
  caller(accessKey: string): Caller | undefined;
  /** Takes what went wrong inside, and in which call; its client is only told that it did. */
  failed(call: string, error: unknown): void;
  /** Default: the clock of this machine. */
  now?(): number;
}

export type Answer = (request: WireRequest) => Promise<WireAnswer>;

/** Answers AWS calls: whose, whether they may, and what. It never rejects. */
export const createAnswer = (ground: Ground): Answer => {
  const verify = createVerifier(secretAccessKey, ground.now);

  /** Who calls; undefined where a service lets anybody call. */
  const identify = (wire: WireRequest, request: Request, api: Api): Caller | undefined => {
    const { service, protocol, action } = request;
    if (wire.headers.authorization === undefined) {
      if (api.unsigned?.has(action)) return undefined;
      // What a pre-signed URL is worth, S3 itself has found out.
      const presigned = service.prefix === 's3' && protocol === 'rest' ? presignedBy(wire.url) : undefined;
      if (presigned === undefined)
        throw new SignatureError('missing', 'Request is missing Authentication Token');
      return known(presigned);
    }
    const scope = { service: service.signedAs ?? service.prefix, region: ground.region };
    return known(verify(wire, scope, (accessKey) => ground.caller(accessKey) !== undefined));
  };
  const known = (accessKey: string): Caller => {
    const caller = ground.caller(accessKey);
    if (caller === undefined)
      throw new SignatureError('unknown', 'The security token included in the request is invalid.');
    return caller;
  };

  const perform = async (wire: WireRequest, request: Request, api: Api): Promise<WireAnswer> => {
    const { protocol, service, action } = request;
    const caller = identify(wire, request, api);
    if (protocol === 'json') checkMembers(service.prefix, request.input as object);
    const input = request.input as never;
    if (caller !== undefined) ground.authorize(caller, api.permissions(action, input));
    if (api.forward !== undefined) return await api.forward(action, wire.body, input);
    const output = await api.handle(action, input, caller ?? { kind: 'root' });
    return protocol === 'rest' && api.encode !== undefined
      ? api.encode(action, output as never)
      : encodeOutput(request, output);
  };

  return async (wire) => {
    let dialect: Dialect | Request = { protocol: 'json', service: { prefix: '' } };
    let api: Api | undefined;
    try {
      dialect = dialectOf(wire);
      const request = decode(dialect, wire, ground.find);
      dialect = request;
      api = ground.find(request.service.prefix);
      return await perform(wire, request, api);
    } catch (thrown) {
      const error = toError(ground, dialect, thrown);
      const input = 'input' in dialect ? dialect.input : {};
      return api?.encodeError?.(error, input as never) ?? encodeError(dialect, error);
    }
  };
};

const presignedBy = (url: string): string | undefined => /[?&]X-Amz-Credential=([^&/%]+)/.exec(url)?.[1];

const toError = (ground: Ground, dialect: Dialect | Request, thrown: unknown): AwsError => {
  if (thrown instanceof AwsError) return isUnknownAction(dialect, thrown) ? unknownAction(thrown) : thrown;
  if (thrown instanceof SignatureError) return toAwsError(dialect, thrown);
  ground.failed(`${dialect.service.prefix}:${'action' in dialect ? dialect.action : '?'}`, thrown);
  return new AwsError('InternalFailure', 'The local cloud failed to answer; its log says why', 500);
};

const isUnknownAction = (dialect: Dialect | Request, { code }: AwsError): boolean =>
  code === 'UnknownOperationException' && dialect.protocol === 'json' && 'action' in dialect;

/** All services of the JSON protocols answer alike to an action that they don't have. */
const unknownAction = ({ code, message }: AwsError): AwsError => new AwsError(code, message);
