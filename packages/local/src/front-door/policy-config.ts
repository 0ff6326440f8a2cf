/** What a policy selects of a request: `OriginRequestPolicyConfig`. */
export interface OriginRequestPolicyConfig {
  readonly HeadersConfig: { readonly HeaderBehavior: string; readonly Headers?: readonly string[] };
  readonly CookiesConfig: { readonly CookieBehavior: string; readonly Cookies?: readonly string[] };
  readonly QueryStringsConfig: {
    readonly QueryStringBehavior: string;
    readonly QueryStrings?: readonly string[];
  };
}

/** `CachePolicyConfig`; times in seconds. */
export interface CachePolicyConfig {
  readonly MinTTL: number;
  readonly DefaultTTL?: number;
  readonly MaxTTL?: number;
  readonly ParametersInCacheKeyAndForwardedToOrigin: OriginRequestPolicyConfig & {
    readonly EnableAcceptEncodingGzip?: boolean;
    readonly EnableAcceptEncodingBrotli?: boolean;
  };
}
