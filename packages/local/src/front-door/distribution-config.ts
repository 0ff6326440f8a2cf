/** `DistributionConfig` of a CloudFront distribution, as far as it has an effect here. */
export interface DistributionConfig {
  readonly Origins: readonly OriginConfig[];
  readonly CacheBehaviors?: readonly BehaviourConfig[];
  readonly DefaultCacheBehavior: BehaviourConfig;
  readonly CustomErrorResponses?: readonly CustomErrorResponse[];
  readonly DefaultRootObject?: string;
}

export interface OriginConfig {
  readonly Id: string;
  readonly DomainName: string;
  readonly OriginPath?: string;
  readonly OriginCustomHeaders?: readonly CustomHeader[];
  readonly OriginAccessControlId?: string;
}

export interface CustomHeader {
  readonly HeaderName: string;
  readonly HeaderValue: string;
}

export interface BehaviourConfig {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly AllowedMethods?: readonly string[];
  readonly Compress?: boolean;
  readonly CachePolicyId?: string;
  readonly OriginRequestPolicyId?: string;
  readonly ResponseHeadersPolicyId?: string;
  readonly FunctionAssociations?: readonly unknown[];
  readonly LambdaFunctionAssociations?: readonly unknown[];
}

export interface CustomErrorResponse {
  readonly ErrorCode: number;
  /** In seconds. */
  readonly ErrorCachingMinTTL?: number;
  readonly ResponseCode?: number;
  readonly ResponsePagePath?: string;
}
