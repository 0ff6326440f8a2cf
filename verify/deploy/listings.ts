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
  'AWS::CloudWatch::Alarm': byPage(inXml(query('monitoring', 'DescribeAlarms', '2010-08-01'), 'AlarmName'), [
    'NextToken',
    'NextToken',
  ]),
  'AWS::Cognito::UserPool': inJson(cognito, 'UserPools', 'Id'),
  'AWS::DynamoDB::Table': byPage(inJson(json('dynamodb', 'DynamoDB_20120810.ListTables'), 'TableNames'), [
    'LastEvaluatedTableName',
    'ExclusiveStartTableName',
  ]),
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
        .map(({ ARN }: { ARN: string }) => ARN),
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
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);
