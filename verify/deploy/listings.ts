import { type Call, elements, json, query, rest } from './aws.ts';

/** How to list all that there is of a type, whoever made it. */
export interface Listing {
  readonly call: Call;
  /** The physical ids in an answer. */
  ids(answer: string): string[];
  /** The call for the next page. */
  next?(answer: string): Call | undefined;
}

/** Of an API that answers in JSON: the ids are `field` of each in `list`, or what is in `list` itself. */
const inJson = (call: Call, list: string, field?: string): Listing => ({
  call,
  ids: (answer) =>
    (JSON.parse(answer)[list] ?? []).map((each: Record<string, string>) => (field ? each[field] : each)),
});

/** The same, page by page: the answer's token `given` is asked for as `taken`. */
const byPage = (listing: Listing, [given, taken]: readonly [string, string]): Listing => ({
  ...listing,
  next: (answer) => {
    const token = answer.startsWith('{') ? JSON.parse(answer)[given] : elements(answer, given)[0];
    return token ? withToken(listing.call, taken, token) : undefined;
  },
});

const withToken = (call: Call, name: string, token: string): Call => {
  if (call.target) return { ...call, body: JSON.stringify({ [name]: token }) };
  const parameter = new URLSearchParams({ [name]: token });
  return call.body
    ? { ...call, body: `${call.body}&${parameter}` }
    : { ...call, path: `${call.path}?${parameter}` };
};

/** Of an API that answers in XML: the texts of all elements of that name. */
const inXml = (call: Call, element: string): Listing => ({
  call,
  ids: (answer) => elements(answer, element),
});

const cloudFront = (path: string): Call => rest('cloudfront', `/2020-05-31/${path}`);
const cognito = json('cognito-idp', 'AWSCognitoIdentityProviderService.ListUserPools', { MaxResults: 60 });
const cache = (action: string): Call => query('elasticache', action, '2015-02-02');
const ec2 = (action: string): Call => query('ec2', action, '2016-11-15');
const functions = inJson(rest('lambda', '/2015-03-31/functions/'), 'Functions', 'FunctionName');
const mappings = inJson(rest('lambda', '/2015-03-31/event-source-mappings/'), 'EventSourceMappings', 'UUID');
const parameters = inJson(json('ssm', 'AmazonSSM.DescribeParameters'), 'Parameters', 'Name');

export const listings: Readonly<Record<string, Listing>> = {
  'AWS::ApiGatewayV2::Api': inJson(rest('apigateway', '/v2/apis'), 'items', 'apiId'),
  'AWS::CloudFront::CachePolicy': inXml(cloudFront('cache-policy?Type=custom'), 'Id'),
  // Its origins have an `Id`, too.
  'AWS::CloudFront::Distribution': {
    call: cloudFront('distribution'),
    ids: (answer) => elements(answer, 'ARN').map((arn) => arn.split('/').at(-1) as string),
  },
  'AWS::CloudFront::OriginAccessControl': inXml(cloudFront('origin-access-control'), 'Id'),
  'AWS::CloudFront::OriginRequestPolicy': inXml(cloudFront('origin-request-policy?Type=custom'), 'Id'),
  'AWS::CloudFront::ResponseHeadersPolicy': inXml(cloudFront('response-headers-policy?Type=custom'), 'Id'),
  'AWS::CloudWatch::Alarm': byPage(inXml(query('monitoring', 'DescribeAlarms', '2010-08-01'), 'AlarmName'), [
    'NextToken',
    'NextToken',
  ]),
  'AWS::Cognito::UserPool': inJson(cognito, 'UserPools', 'Id'),
  'AWS::DynamoDB::Table': byPage(inJson(json('dynamodb', 'DynamoDB_20120810.ListTables'), 'TableNames'), [
    'LastEvaluatedTableName',
    'ExclusiveStartTableName',
  ]),
  // A network's own default group comes and goes with it, and is in no template.
  'AWS::EC2::SecurityGroup': {
    call: ec2('DescribeSecurityGroups'),
    ids: (answer) =>
      [...answer.matchAll(/<groupId>([^<]*)<\/groupId>\s*<groupName>(?!default<)/g)].map(
        ([, id]) => id as string,
      ),
  },
  'AWS::EC2::Subnet': inXml(ec2('DescribeSubnets'), 'subnetId'),
  'AWS::EC2::VPC': inXml(ec2('DescribeVpcs'), 'vpcId'),
  'AWS::EC2::VPCEndpoint': inXml(ec2('DescribeVpcEndpoints'), 'vpcEndpointId'),
  'AWS::ElastiCache::User': inXml(cache('DescribeUsers'), 'UserId'),
  'AWS::ElastiCache::UserGroup': inXml(cache('DescribeUserGroups'), 'UserGroupId'),
  'AWS::Events::EventBus': inJson(json('events', 'AWSEvents.ListEventBuses'), 'EventBuses', 'Name'),
  'AWS::IAM::Role': byPage(inXml(query('iam', 'ListRoles', '2010-05-08'), 'RoleName'), ['Marker', 'Marker']),
  'AWS::KMS::Alias': inJson(json('kms', 'TrentService.ListAliases'), 'Aliases', 'AliasName'),
  'AWS::KMS::Key': inJson(json('kms', 'TrentService.ListKeys'), 'Keys', 'KeyId'),
  'AWS::Lambda::EventSourceMapping': byPage(mappings, ['NextMarker', 'Marker']),
  'AWS::Lambda::Function': byPage(functions, ['NextMarker', 'Marker']),
  'AWS::Logs::LogGroup': byPage(
    inJson(json('logs', 'Logs_20140328.DescribeLogGroups'), 'logGroups', 'logGroupName'),
    ['nextToken', 'nextToken'],
  ),
  'AWS::S3::Bucket': inXml(rest('s3', '/'), 'Name'),
  'AWS::SES::EmailIdentity': inJson(rest('ses', '/v2/email/identities'), 'EmailIdentities', 'IdentityName'),
  'AWS::SecretsManager::Secret': {
    call: json('secretsmanager', 'secretsmanager.ListSecrets'),
    ids: (answer) =>
      JSON.parse(answer)
        // A replica goes with the secret that it is one of.
        .SecretList.filter(({ PrimaryRegion }: { PrimaryRegion?: string }) => PrimaryRegion === undefined)
        // The server's CloudFormation gives a secret's name as its id, where AWS's gives the ARN.
        .map(({ Name }: { Name: string }) => Name),
  },
  'AWS::SNS::Topic': inXml(query('sns', 'ListTopics', '2010-03-31'), 'TopicArn'),
  'AWS::SQS::Queue': byPage(inJson(json('sqs', 'AmazonSQS.ListQueues'), 'QueueUrls'), [
    'NextToken',
    'NextToken',
  ]),
  'AWS::SSM::Parameter': byPage(parameters, ['NextToken', 'NextToken']),
  'AWS::StepFunctions::StateMachine': inJson(
    json('states', 'AWSStepFunctions.ListStateMachines'),
    'stateMachines',
    'stateMachineArn',
  ),
  // CloudFormation's id is made of three.
  'AWS::WAFv2::WebACL': {
    call: json('wafv2', 'AWSWAF_20190729.ListWebACLs', { Scope: 'CLOUDFRONT' }),
    ids: (answer) =>
      JSON.parse(answer).WebACLs.map(
        ({ Name, Id }: { Name: string; Id: string }) => `${Name}|${Id}|CLOUDFRONT`,
      ),
  },
};

/** Types that are parts of another's resource, and come and go with it. */
export const parts: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolGroup',
  // A network has a table of its own besides, which is in no template.
  'AWS::EC2::RouteTable',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::Events::Rule',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);
