import type { Cloud } from '../cloud.ts';
import type { HttpAnswer, HttpRequest } from '../http-api/http.ts';
import { StartError } from '../start-error.ts';
import { type CorsConfig, createPolicyCors } from './response-cors.ts';
import { type SecurityHeadersConfig, securityHeaders } from './security-headers.ts';

type Headers = HttpAnswer['headers'];

/** The headers of an answer, after the behaviour's response headers policy. */
export type ResponseHeaders = (headers: Headers, request: HttpRequest) => Headers;

interface Config {
  readonly SecurityHeadersConfig?: SecurityHeadersConfig;
  readonly CustomHeadersConfig?: {
    readonly Items: readonly {
      readonly Header: string;
      readonly Value: string;
      readonly Override: boolean;
    }[];
  };
  readonly RemoveHeadersConfig?: { readonly Items: readonly { readonly Header: string }[] };
  readonly CorsConfig?: CorsConfig;
}

/** The policy that AWS manages for security headers. */
const managed: Readonly<Record<string, Config>> = {
  '67f7725c-6f97-4210-82d7-5512b31e9d03': {
    SecurityHeadersConfig: {
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: false },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'SAMEORIGIN', Override: false },
      XSSProtection: { Protection: true, ModeBlock: true, Override: false },
      ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: false },
    },
  },
};

/** The response headers policy of an id. Throws a StartError for one that is unknown. */
export const createResponseHeaders = (
  cloud: Pick<Cloud, 'ofType'>,
  id: string | undefined,
  place: string,
): ResponseHeaders => {
  if (id === undefined) return (headers) => headers;
  const config =
    cloud
      .ofType<{ ResponseHeadersPolicyConfig: Config }>('AWS::CloudFront::ResponseHeadersPolicy')
      .find(({ ref }) => ref === id)?.properties.ResponseHeadersPolicyConfig ?? managed[id];
  if (config === undefined) {
    throw new StartError(`${place} has the ResponseHeadersPolicyId "${id}", which is unknown here`);
  }
  const removed = (config.RemoveHeadersConfig?.Items ?? []).map(({ Header }) => Header.toLowerCase());
  const custom = (config.CustomHeadersConfig?.Items ?? []).map(({ Header, Value, Override }) => ({
    name: Header.toLowerCase(),
    value: Value,
    override: Override,
  }));
  const fixed = [...securityHeaders(config.SecurityHeadersConfig ?? {}), ...custom];
  const cors = config.CorsConfig && createPolicyCors(config.CorsConfig);
  return (headers, request) => {
    const result: Record<string, string | readonly string[]> = { ...headers };
    for (const name of removed) delete result[name];
    for (const { name, value, override } of [...(cors?.(headers, request) ?? []), ...fixed]) {
      if (override || result[name] === undefined) result[name] = value;
    }
    return result;
  };
};
