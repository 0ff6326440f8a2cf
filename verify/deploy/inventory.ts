import { type Call, elements, json, type Place, query, rest, send } from './aws.ts';

interface Listing {
  readonly call: Call;
  /** The physical ids in an answer. */
  ids(answer: string): string[];
  /** The call for the next page. */
  next?(answer: string): Call | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Pick = (answer: any) => string[];

const listing = (call: Call, pick: Pick): Listing => ({ call, ids: (answer) => pick(JSON.parse(answer)) });

/** A listing whose pages are chained by a token. */
const paged = (service: string, target: string, [given, taken]: [string, string], pick: Pick): Listing => ({
  ...listing(json(service, target), pick),
  next: (answer) => {
    const token = JSON.parse(answer)[given];
    return token && json(service, target, { [taken]: token });
  },
});

const xml = (call: Call, element: string): Listing => ({
  call,
  ids: (answer) => elements(answer, element),
});

const cloudFront = (kind: string): Listing => xml(rest('cloudfront', `/2020-05-31/${kind}`), 'Id');

/** How to list all that there is of a type, whoever made it. */
export const listings: Readonly<Record<string, Listing>> = {
  'AWS::ApiGatewayV2::Api': listing(rest('apigateway', '/v2/apis'), ({ items }) =>
    items.map(({ apiId }: { apiId: string }) => apiId),
  ),
  'AWS::CloudFront::CachePolicy': cloudFront('cache-policy?Type=custom'),
  // Its origins have an `Id`, too.
  'AWS::CloudFront::Distribution': {
    call: rest('cloudfront', '/2020-05-31/distribution'),
    ids: (answer) => elements(answer, 'ARN').map((arn) => arn.split('/').at(-1) as string),
  },
  'AWS::Cognito::UserPool': listing(
    json('cognito-idp', 'AWSCognitoIdentityProviderService.ListUserPools', { MaxResults: 60 }),
    ({ UserPools }) => UserPools.map(({ Id }: { Id: string }) => Id),
  ),
  'AWS::DynamoDB::Table': paged(
    'dynamodb',
    'DynamoDB_20120810.ListTables',
    ['LastEvaluatedTableName', 'ExclusiveStartTableName'],
    ({ TableNames }) => TableNames,
  ),
  'AWS::Events::EventBus': listing(json('events', 'AWSEvents.ListEventBuses'), ({ EventBuses }) =>
    EventBuses.map(({ Name }: { Name: string }) => Name),
  ),
  'AWS::IAM::Role': {
    ...xml(query('iam', 'ListRoles', '2010-05-08'), 'RoleName'),
    next: (answer) => {
      const [marker] = elements(answer, 'Marker');
      const first = query('iam', 'ListRoles', '2010-05-08');
      return marker ? { ...first, body: `${first.body}&Marker=${encodeURIComponent(marker)}` } : undefined;
    },
  },
  'AWS::KMS::Alias': listing(json('kms', 'TrentService.ListAliases'), ({ Aliases }) =>
    Aliases.map(({ AliasName }: { AliasName: string }) => AliasName),
  ),
  'AWS::KMS::Key': listing(json('kms', 'TrentService.ListKeys'), ({ Keys }) =>
    Keys.map(({ KeyId }: { KeyId: string }) => KeyId),
  ),
  'AWS::Lambda::EventSourceMapping': listing(
    rest('lambda', '/2015-03-31/event-source-mappings/'),
    ({ EventSourceMappings }) => EventSourceMappings.map(({ UUID }: { UUID: string }) => UUID),
  ),
  'AWS::Lambda::Function': {
    ...listing(rest('lambda', '/2015-03-31/functions/'), ({ Functions }) =>
      Functions.map(({ FunctionName }: { FunctionName: string }) => FunctionName),
    ),
    next: (answer) => {
      const marker = JSON.parse(answer).NextMarker;
      return marker && rest('lambda', `/2015-03-31/functions/?Marker=${encodeURIComponent(marker)}`);
    },
  },
  'AWS::Logs::LogGroup': paged(
    'logs',
    'Logs_20140328.DescribeLogGroups',
    ['nextToken', 'nextToken'],
    ({ logGroups }) => logGroups.map(({ logGroupName }: { logGroupName: string }) => logGroupName),
  ),
  'AWS::S3::Bucket': xml(rest('s3', '/'), 'Name'),
  'AWS::SES::EmailIdentity': listing(rest('ses', '/v2/email/identities'), ({ EmailIdentities }) =>
    EmailIdentities.map(({ IdentityName }: { IdentityName: string }) => IdentityName),
  ),
  'AWS::SNS::Topic': xml(query('sns', 'ListTopics', '2010-03-31'), 'TopicArn'),
  'AWS::SQS::Queue': paged(
    'sqs',
    'AmazonSQS.ListQueues',
    ['NextToken', 'NextToken'],
    ({ QueueUrls }) => QueueUrls ?? [],
  ),
  'AWS::SSM::Parameter': paged(
    'ssm',
    'AmazonSSM.DescribeParameters',
    ['NextToken', 'NextToken'],
    ({ Parameters }) => Parameters.map(({ Name }: { Name: string }) => Name),
  ),
  'AWS::StepFunctions::StateMachine': listing(
    json('states', 'AWSStepFunctions.ListStateMachines'),
    ({ stateMachines }) =>
      stateMachines.map(({ stateMachineArn }: { stateMachineArn: string }) => stateMachineArn),
  ),
};

/** Types that are parts of another's resource, and come and go with it. */
export const parts: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Events::Rule',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/** All that there is, as `<type> <physical id>`. */
export type Inventory = ReadonlySet<string>;

/** Everything that the server has in these regions. */
export const takeInventory = async (url: string, regions: readonly string[]): Promise<Inventory> => {
  const found = new Set<string>();
  for (const region of new Set(regions)) {
    for (const [type, listing] of Object.entries(listings)) {
      for (const id of await idsOf({ url, region }, listing)) found.add(`${type} ${id}`);
    }
  }
  return found;
};

const idsOf = async (place: Place, { call, ids, next }: Listing): Promise<string[]> => {
  const found: string[] = [];
  for (let page: Call | undefined = call; page; ) {
    const answer = await send(place, page);
    found.push(...ids(answer));
    page = next?.(answer);
  }
  return found;
};

/** What of the second is not in the first. */
export const newIn = (before: Inventory, after: Inventory): string[] =>
  [...after].filter((each) => !before.has(each)).sort();
