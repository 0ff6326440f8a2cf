import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const services = new URL('..', import.meta.url);

/** `!Ref`, `!Select` and their like count as their arguments: here only the plain values matter. */
const readFile = (path: string) =>
  parse(readFileSync(new URL(path, services), 'utf8'), { merge: true, logLevel: 'silent' });
const read = (context: string) => readFile(`${context}/serverless.yml`);

interface Behaviour {
  readonly PathPattern: string;
  readonly TargetOriginId: string;
  readonly ViewerProtocolPolicy: string;
  readonly AllowedMethods?: readonly string[];
  readonly Compress: boolean;
  readonly CachePolicyId: string;
  readonly OriginRequestPolicyId?: string;
  readonly ResponseHeadersPolicyId: string;
}

interface Origin {
  readonly Id: string;
  readonly CustomOriginConfig?: { readonly OriginProtocolPolicy: string };
  readonly OriginCustomHeaders?: readonly { readonly HeaderName: string; readonly HeaderValue: string }[];
  readonly OriginAccessControlId?: string;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly authorizer?: unknown;
}

const edge = read('edge');
const policies = readFile('edge/policies.yml');
const firewall = readFile('edge/firewall.yml');
const config = edge.resources.Resources.Distribution.Properties.DistributionConfig;
const behaviours: Behaviour[] = config.CacheBehaviors;
const origins: Origin[] = config.Origins;
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

const routesOf = (context: string): Route[] =>
  Object.values<{ events?: { httpApi?: Route }[] }>(read(context).functions ?? {})
    .flatMap(({ events = [] }) => events)
    .flatMap(({ httpApi }) => (httpApi ? [httpApi] : []));

const contexts = readdirSync(services, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => routesOf(name).length > 0);

test.each(contexts)('every route of %s is reached through its own path', (context) => {
  const behaviour = behaviours.find(({ TargetOriginId }) => TargetOriginId === context);
  const prefix = `/api/${context}`;
  expect(behaviour?.PathPattern).toBe(`${prefix}*`);
  for (const { path } of routesOf(context)) expect(`${path}/`).toMatch(new RegExp(`^${prefix}/`));
});

test('every behaviour leads to an API, whose address has a default and which is told that it is us, or to the bucket', () => {
  for (const { TargetOriginId } of behaviours) {
    const origin = origins.find(({ Id }) => Id === TargetOriginId);
    expect(origin?.CustomOriginConfig?.OriginProtocolPolicy).toBe('https-only');
    expect(origin?.OriginCustomHeaders).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's
      { HeaderName: 'x-origin-verify', HeaderValue: '{{resolve:secretsmanager:${OriginSecret}}}' },
    ]);
    expect(edge.params.default[`${TargetOriginId}ApiUrl`]).toBe(`https://${TargetOriginId}.example.invalid`);
  }
  const site = origins.find(({ Id }) => Id === config.DefaultCacheBehavior.TargetOriginId);
  expect(site?.OriginAccessControlId).toBe('SiteAccess.Id');
  expect(site).not.toHaveProperty('OriginCustomHeaders');
  expect(policies.SiteAccess.Properties.OriginAccessControlConfig).toMatchObject({
    OriginAccessControlOriginType: 's3',
    SigningBehavior: 'always',
    SigningProtocol: 'sigv4',
  });
});

test('nothing personal is cached: no read of a cached API asks who is there', () => {
  for (const { TargetOriginId, CachePolicyId } of behaviours) {
    const personal = routesOf(TargetOriginId).filter(
      ({ method, authorizer }) => ['GET', 'HEAD', 'ANY', '*'].includes(method.toUpperCase()) && authorizer,
    );
    if (CachePolicyId !== CACHING_DISABLED) expect(personal).toEqual([]);
  }
  const cached = behaviours.filter(({ CachePolicyId }) => CachePolicyId !== CACHING_DISABLED);
  expect(cached.map(({ TargetOriginId }) => TargetOriginId)).toEqual(['catalog']);
});

test('the catalog is cached by path, query and encoding, and its reads don’t learn who asks', () => {
  const { CachePolicyConfig } = policies.CatalogCachePolicy.Properties;
  expect(CachePolicyConfig).toMatchObject({
    DefaultTTL: 0,
    MaxTTL: 60,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: true,
      EnableAcceptEncodingBrotli: true,
      HeadersConfig: { HeaderBehavior: 'none' },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'all' },
    },
  });
  const [catalog] = behaviours.filter(({ TargetOriginId }) => TargetOriginId === 'catalog');
  expect(catalog?.OriginRequestPolicyId).toBe('CatalogOriginRequestPolicy');
  const { HeadersConfig, CookiesConfig } =
    policies.CatalogOriginRequestPolicy.Properties.OriginRequestPolicyConfig;
  expect(HeadersConfig).toEqual({ HeaderBehavior: 'whitelist', Headers: ['x-correlation-id'] });
  expect(CookiesConfig).toEqual({ CookieBehavior: 'none' });
});

test('no error is kept for others', () => {
  const errors: { ErrorCode: number; ErrorCachingMinTTL: number }[] = config.CustomErrorResponses;
  // All that CloudFront caches unless it is told not to.
  expect(errors.map(({ ErrorCode }) => ErrorCode)).toEqual([
    400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504,
  ]);
  expect(errors.every(({ ErrorCachingMinTTL }) => ErrorCachingMinTTL === 0)).toBe(true);
});

test('everything is encrypted on its way, compressed, and has security headers', () => {
  expect(config.HttpVersion).toBe('http2and3');
  expect(config.IPV6Enabled).toBe(true);
  for (const behaviour of [...behaviours, config.DefaultCacheBehavior] as Behaviour[]) {
    const isSite = behaviour === config.DefaultCacheBehavior;
    expect(behaviour.ViewerProtocolPolicy).toBe(isSite ? 'redirect-to-https' : 'https-only');
    expect(behaviour.Compress).toBe(true);
    expect(behaviour.ResponseHeadersPolicyId).toBe(isSite ? 'SiteHeadersPolicy' : 'ApiHeadersPolicy');
  }
  for (const name of ['ApiHeadersPolicy', 'SiteHeadersPolicy']) {
    expect(policies[name].Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig).toMatchObject({
      StrictTransportSecurity: {
        AccessControlMaxAgeSec: 63_072_000,
        IncludeSubdomains: true,
        Override: true,
      },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
      ContentSecurityPolicy: {
        ContentSecurityPolicy: expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'$/),
      },
    });
  }
});

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly VisibilityConfig: { readonly CloudWatchMetricsEnabled: boolean; readonly MetricName: string };
  // biome-ignore lint/suspicious/noExplicitAny: statements have many shapes
  readonly Statement: Record<string, any>;
}

const acl = firewall.WebAcl.Properties;
const rules: Rule[] = acl.Rules;
const rule = (name: string) => rules.find(({ Name }) => Name === name)?.Statement;

test('the firewall stands before the distribution, and counts what each rule does', () => {
  expect(config.WebACLId).toBe('WebAcl.Arn');
  expect(acl.Scope).toBe('CLOUDFRONT');
  expect(new Set(rules.map(({ Priority }) => Priority)).size).toBe(rules.length);
  const metrics = rules.map(({ VisibilityConfig }) => VisibilityConfig);
  expect(metrics.every(({ CloudWatchMetricsEnabled }) => CloudWatchMetricsEnabled)).toBe(true);
  expect(new Set(metrics.map(({ MetricName }) => MetricName)).size).toBe(rules.length);
});

test('the managed groups are there, and none of them ends at the 8 KB that an order may pass', () => {
  const groups = rules.flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement ?? []);
  expect(groups.map(({ Name }) => Name)).toEqual([
    'AWSManagedRulesAmazonIpReputationList',
    'AWSManagedRulesCommonRuleSet',
    'AWSManagedRulesKnownBadInputsRuleSet',
    'AWSManagedRulesSQLiRuleSet',
  ]);
  expect(rule('Common')?.ManagedRuleGroupStatement.RuleActionOverrides).toEqual([
    { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
  ]);
  expect(rule('BodySize')?.SizeConstraintStatement).toMatchObject({
    FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
    ComparisonOperator: 'GE',
    Size: 65_536,
  });
  expect(acl.AssociationConfig.RequestBody.CLOUDFRONT.DefaultSizeInspectionLimit).toBe('KB_64');
});

test('whoever signs in or checks out too often is slowed down sooner than whoever looks around', () => {
  const prefixOf = (name: string) =>
    rule(name)?.RateBasedStatement.ScopeDownStatement.AndStatement.Statements[1].ByteMatchStatement
      .SearchString;
  const limitOf = (name: string) => rule(name)?.RateBasedStatement.Limit;
  const posts = (context: string, prefix: string) =>
    routesOf(context).filter(({ method, path }) => method === 'POST' && !path.startsWith(prefix));

  expect(posts('users', prefixOf('SignInRate'))).toEqual([]);
  expect(posts('orders', prefixOf('CheckoutRate'))).toEqual([]);
  expect(limitOf('SignInRate')).toBeLessThan(limitOf('Rate'));
  expect(limitOf('CheckoutRate')).toBeLessThan(limitOf('Rate'));
  for (const name of ['SignInRate', 'CheckoutRate', 'Rate']) {
    expect(rule(name)?.RateBasedStatement.AggregateKeyType).toBe('IP');
  }
});

test('what the firewall logs is told of nobody’s token', () => {
  const { LogDestinationConfigs, RedactedFields } = firewall.WebAclLogging.Properties;
  const { LogGroupName, RetentionInDays } = firewall.WebAclLogGroup.Properties;
  // WAF takes no other name.
  expect(LogGroupName).toMatch(/^aws-waf-logs-/);
  expect(LogDestinationConfigs[0]).toMatch(
    new RegExp(`:log-group:${LogGroupName.replaceAll('$', '\\$').replaceAll('{', '\\{')}$`),
  );
  expect(RetentionInDays).toContain('logRetentionInDays');
  expect(
    RedactedFields.map(({ SingleHeader }: { SingleHeader: { Name: string } }) => SingleHeader.Name),
  ).toEqual(['authorization', 'cookie', 'x-origin-verify']);
});
