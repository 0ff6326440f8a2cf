import type { PolicyHeader } from './policy-header.ts';

interface Overriding {
  readonly Override: boolean;
}

/** `SecurityHeadersConfig` of a response headers policy. */
export interface SecurityHeadersConfig {
  readonly StrictTransportSecurity?: Overriding & {
    readonly AccessControlMaxAgeSec: number;
    readonly IncludeSubdomains?: boolean;
    readonly Preload?: boolean;
  };
  readonly ContentTypeOptions?: Overriding;
  readonly FrameOptions?: Overriding & { readonly FrameOption: string };
  readonly ReferrerPolicy?: Overriding & { readonly ReferrerPolicy: string };
  readonly ContentSecurityPolicy?: Overriding & { readonly ContentSecurityPolicy: string };
  readonly XSSProtection?: Overriding & {
    readonly Protection: boolean;
    readonly ModeBlock?: boolean;
    readonly ReportUri?: string;
  };
}

/** The security headers that a policy sets. */
export const securityHeaders = (config: SecurityHeadersConfig): readonly PolicyHeader[] => {
  const { StrictTransportSecurity: hsts, FrameOptions: frame, XSSProtection: xss } = config;
  const { ReferrerPolicy: referrer, ContentSecurityPolicy: content, ContentTypeOptions: options } = config;
  const header = (name: string, from: Overriding | undefined, value: string | undefined): PolicyHeader[] =>
    from === undefined || value === undefined ? [] : [{ name, value, override: from.Override }];
  return [
    ...header('strict-transport-security', hsts, hsts && hstsValue(hsts)),
    ...header('x-content-type-options', options, 'nosniff'),
    ...header('x-frame-options', frame, frame?.FrameOption),
    ...header('referrer-policy', referrer, referrer?.ReferrerPolicy),
    ...header('content-security-policy', content, content?.ContentSecurityPolicy),
    ...header('x-xss-protection', xss, xss && xssValue(xss)),
  ];
};

const hstsValue = (hsts: NonNullable<SecurityHeadersConfig['StrictTransportSecurity']>): string =>
  [
    `max-age=${hsts.AccessControlMaxAgeSec}`,
    hsts.IncludeSubdomains === true && 'includeSubDomains',
    hsts.Preload === true && 'preload',
  ]
    .filter(Boolean)
    .join('; ');

const xssValue = (xss: NonNullable<SecurityHeadersConfig['XSSProtection']>): string =>
  [
    xss.Protection ? '1' : '0',
    xss.ModeBlock === true && 'mode=block',
    xss.ReportUri !== undefined && `report=${xss.ReportUri}`,
  ]
    .filter(Boolean)
    .join('; ');
