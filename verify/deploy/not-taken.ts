/** Something of the templates that the server does not take, and what happens to it on the way there. */
export interface NotTaken {
  readonly type: string;
  /** Left out of the resource, such as `LoggingConfiguration.Level`. Without one and `attribute`, the resource is. */
  readonly property?: string;
  /** What is put in the property's place. */
  readonly inItsPlace?: Readonly<Record<string, unknown>>;
  /** Asked of the resource by `Fn::GetAtt`; replaced. */
  readonly attribute?: string;
  /** What stands for the attribute, or for references to a resource that is left out, by attribute. */
  readonly instead?: Readonly<Record<string, (logicalId: string) => unknown>>;
  readonly why: string;
}

/**
 * Everything of the templates that the server (`verify/requirements/ministack.txt`) refuses or gets wrong.
 * `npm run verify:deploy` fails when a line is no longer needed.
 */
export const notTaken: readonly NotTaken[] = [
  {
    type: 'AWS::Events::Archive',
    why: 'CloudFormation does not know the type there',
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    property: 'Metrics',
    inItsPlace: { Namespace: 'AWS/Lambda', MetricName: 'Errors' },
    why: 'metric math is refused there; an alarm on one metric takes its place',
  },
  {
    type: 'AWS::CodeDeploy::Application',
    instead: { Ref: (id) => id },
    why: 'CloudFormation does not know the type there; aliases move to a new version at once',
  },
  {
    type: 'AWS::CodeDeploy::DeploymentGroup',
    instead: { Ref: (id) => id },
    why: 'CloudFormation does not know the type there',
  },
  {
    type: 'AWS::SecretsManager::RotationSchedule',
    why: 'CloudFormation does not know the type there',
  },
  {
    type: 'AWS::EC2::SecurityGroupIngress',
    why: 'CloudFormation does not know the type there',
  },
  {
    type: 'AWS::ElastiCache::ServerlessCache',
    instead: {
      Ref: (id) => id,
      'Endpoint.Address': (id) => `${id.toLowerCase()}.cache.example.invalid`,
      'Endpoint.Port': () => '6379',
    },
    why: 'CloudFormation does not know the type there; functions get an address that can’t exist',
  },
  {
    type: 'AWS::WAFv2::LoggingConfiguration',
    why: 'CloudFormation does not know the type there',
  },
  {
    type: 'AWS::Cognito::UserPool',
    attribute: 'ProviderURL',
    instead: {
      ProviderURL: (id) => ({ 'Fn::Sub': `https://cognito-idp.\${AWS::Region}.amazonaws.com/\${${id}}` }),
    },
    why: 'the attribute is missing there; replaced by the same address, made of region and id',
  },
];

/** As the table names it. */
export const nameOfNotTaken = ({ type, property, attribute }: NotTaken): string =>
  property ? `${type}: \`${property}\`` : attribute ? `${type}: \`Fn::GetAtt\` of \`${attribute}\`` : type;

/** {@link notTaken} as the table of docs/verifying.md. */
export const notTakenTable = (): string =>
  [
    '| Type, property or attribute | Why not |',
    '|---|---|',
    ...notTaken.map((row) => `| ${nameOfNotTaken(row)} | ${row.why} |`),
  ].join('\n');
