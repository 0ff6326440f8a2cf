import type { Cloud } from '../cloud.ts';
import { FIXED_RATE, RESERVOIR_SIZE } from './sampling.ts';

interface Rule {
  readonly RuleName: string;
  readonly FixedRate: number;
  readonly ReservoirSize: number;
  readonly [property: string]: unknown;
}

/** The rule of every account: it applies where no other does. */
const defaultRule = ({ region, accountId }: Cloud): Rule => ({
  RuleName: 'Default',
  RuleARN: `arn:aws:xray:${region}:${accountId}:sampling-rule/Default`,
  ResourceARN: '*',
  Priority: 10_000,
  FixedRate: FIXED_RATE,
  ReservoirSize: RESERVOIR_SIZE,
  ServiceName: '*',
  ServiceType: '*',
  Host: '*',
  HTTPMethod: '*',
  URLPath: '*',
  Version: 1,
  Attributes: {},
});

const rulesOf = (cloud: Cloud): Rule[] => [
  ...cloud
    .ofType<{ SamplingRule: Rule }>('AWS::XRay::SamplingRule')
    .map(({ properties, arn }) => ({ Version: 1, Attributes: {}, RuleARN: arn, ...properties.SamplingRule })),
  defaultRule(cloud),
];

export const samplingRules = (cloud: Cloud) => ({
  SamplingRuleRecords: rulesOf(cloud).map((SamplingRule) => ({
    SamplingRule,
    CreatedAt: 0,
    ModifiedAt: 0,
  })),
});

/** How long a quota holds, and when the SDK asks again; seconds. */
const INTERVAL = 10;

export const samplingTargets = (
  cloud: Cloud,
  {
    SamplingStatisticsDocuments: asked = [],
  }: { SamplingStatisticsDocuments?: readonly { RuleName: string }[] },
) => {
  const rules = new Map(rulesOf(cloud).map((rule) => [rule.RuleName, rule]));
  const known = asked.flatMap(({ RuleName }) => rules.get(RuleName) ?? []);
  return {
    SamplingTargetDocuments: known.map(({ RuleName, FixedRate, ReservoirSize }) => ({
      RuleName,
      FixedRate,
      ReservoirQuota: ReservoirSize,
      ReservoirQuotaTTL: Date.now() / 1000 + INTERVAL,
      Interval: INTERVAL,
    })),
    LastRuleModification: 0,
    UnprocessedStatistics: asked
      .filter(({ RuleName }) => !rules.has(RuleName))
      .map(({ RuleName }) => ({ RuleName, ErrorCode: 'NotFound', Message: 'No such rule' })),
  };
};
