import { arn, globalArn, OURS, on, type Right } from './right.ts';
import { rights } from './rights.ts';
import { buckets } from './rights-data.ts';

/** A packaged service, as far as its deployer's rights follow from it. */
export interface Packaged {
  readonly service: string;
  readonly resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
}

export interface Stage {
  readonly stage: string;
  readonly region: string;
  readonly mailDomain: string;
  /** Whether the edge has a domain of its own, of which packaging without a deployment's settings knows nothing. */
  readonly hasDomain?: boolean;
}

/** What the edge's template has besides, where there is a domain. */
const OF_DOMAIN = ['AWS::CertificateManager::Certificate', 'AWS::Route53::RecordSet'];

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** What a managed policy may have, in characters without white space. */
const MAX_POLICY = 6144;

/** CloudFormation cuts the parts of a name that it makes up at so many characters. */
const NAME_PART = 24;

/** CloudFront's parts have to be there, whatever the stage's region. */
const regionOf = (service: string, { region }: Stage): string => (service === 'edge' ? 'us-east-1' : region);

/** What the framework itself does: upload the code, and have CloudFormation do the rest. */
const framework = (services: readonly string[], { stage }: Stage): Right[] => {
  const cut = services
    .map((service) => `emporium-${service}-${stage}`)
    .filter((name) => name.length > NAME_PART);
  const deploymentBuckets = [
    buckets,
    ...cut.map((name) => `arn:\${AWS::Partition}:s3:::${name.slice(0, NAME_PART)}*-serverlessdeployment*`),
  ];
  const why =
    'CloudFormation makes up the names of deployment buckets, and cuts off what is long: the stage, too.';
  const forBuckets = [...(rights['AWS::S3::Bucket'] ?? []), ...(rights['AWS::S3::BucketPolicy'] ?? [])];
  return [
    on(
      arn('cloudformation', 'stack/emporium-*-{stage}/*'),
      'cloudformation',
      'CreateStack UpdateStack DeleteStack CreateChangeSet DescribeChangeSet ExecuteChangeSet DeleteChangeSet DescribeStacks DescribeStackEvents DescribeStackResource DescribeStackResources ListStackResources GetTemplate',
    ),
    on('*', 'cloudformation', 'ValidateTemplate', {
      why: 'A template that is not deployed belongs to no stack.',
    }),
    ...forBuckets.map((right) => ({
      ...right,
      resources: deploymentBuckets,
      ...(cut.length > 0 && { why }),
    })),
    on(
      deploymentBuckets.map((bucket) => `${bucket}/*`),
      's3',
      'GetObject PutObject DeleteObject DeleteObjectVersion',
      { why },
    ),
  ];
};

/** Roles are handed on to those services only that the templates give them to. */
const passRole = (packaged: readonly Packaged[]): Right => {
  const roles = packaged.flatMap(({ resources }) =>
    Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Role'),
  );
  const services = JSON.stringify(roles.map(({ Properties }) => Properties)).matchAll(
    /"Principal":\{"Service":"([^"]+)"\}/g,
  );
  return on(globalArn('iam', `role/${OURS}`), 'iam', 'PassRole', {
    condition: {
      StringEquals: {
        'iam:PassedToService': [...new Set([...services].map(([, name = '']) => name))].sort(),
      },
    },
  });
};

/**
 * What the deployer of a stage has to be allowed, each right with its region filled in.
 *
 * @throws Error that names a type of resource of which the rights are unknown, and where to add them.
 */
export const deployerRights = (packaged: readonly Packaged[], stage: Stage): Right[] => {
  const fill = (right: Right, region: string): Right =>
    JSON.parse(
      JSON.stringify(right)
        .replaceAll('{stage}', stage.stage)
        .replaceAll('{region}', region)
        .replaceAll('{mailDomain}', stage.mailDomain),
    ) as Right;
  const services = packaged.map(({ service }) => service);
  const found = packaged.flatMap(({ service, resources }) =>
    typesOf(service, resources, stage).flatMap((type) => {
      const known = rights[type];
      if (known === undefined) {
        throw new Error(
          `services/${service} has an ${type}, and nobody knows what its deployer needs: add '${type}': [on(<ARNs>, <service>, '<actions>')] to release/deployer/rights-*.ts`,
        );
      }
      return known.map((right) => fill(right, regionOf(service, stage)));
    }),
  );
  const regions = [...new Set(services.map((service) => regionOf(service, stage)))];
  const general = [...framework(services, stage), passRole(packaged)];
  return [...found, ...general.flatMap((right) => regions.map((region) => fill(right, region)))];
};

const typesOf = (service: string, resources: Packaged['resources'], { hasDomain }: Stage): string[] => [
  ...new Set([
    ...Object.values(resources).map(({ Type }) => Type),
    ...(service === 'edge' && hasDomain ? OF_DOMAIN : []),
  ]),
];

/** The rights as statements, those on the same resources in one. */
const statements = (all: readonly Right[]): Statement[] => {
  const merged = new Map<string, { right: Right; actions: Set<string> }>();
  for (const right of all) {
    const key = JSON.stringify([right.resources, right.condition]);
    const known = merged.get(key) ?? { right, actions: new Set<string>() };
    for (const action of right.actions) known.actions.add(action);
    merged.set(key, known);
  }
  return [...merged.values()].map(({ right: { resources, condition }, actions }) => ({
    Effect: 'Allow',
    Action: [...actions].sort(),
    Resource: resources,
    ...(condition && { Condition: condition }),
  }));
};

const size = (value: object): number => JSON.stringify(value).length;

/** The policies of a stage's deployer, as few as IAM's limit allows. ARNs hold `${AWS::Partition}` and `${AWS::AccountId}`. */
export const deployerPolicies = (packaged: readonly Packaged[], stage: Stage): Policy[] => {
  const policies: Statement[][] = [];
  const bySize = statements(deployerRights(packaged, stage)).sort((a, b) => size(b) - size(a));
  for (const statement of bySize) {
    const fits = policies.find((policy) => size(document([...policy, statement])) <= MAX_POLICY);
    if (fits) fits.push(statement);
    else policies.push([statement]);
  }
  return policies.map(document);
};

const document = (statement: readonly Statement[]): Policy => ({
  Version: '2012-10-17',
  Statement: statement,
});
