/** How a service that is called by `X-Amz-Target` or by a form speaks. */
export interface Service {
  /** IAM's name for it, such as `states`. */
  readonly prefix: string;
  /** What its requests are signed for, where that is another name. */
  readonly signedAs?: string;
  /** Of the JSON protocol; default `1.1`. */
  readonly json?: '1.0';
  /** What stands before the name of an error of its model on the wire; services without are content with the name. */
  readonly namespace?: string;
  /** Whether an error also says what the older query protocol called it, for SDKs that know it by that name. */
  readonly queryErrors?: boolean;
}

const dynamodb: Service = {
  prefix: 'dynamodb',
  json: '1.0',
  namespace: 'com.amazonaws.dynamodb.v20120810',
};

/** What stands before the dot of `X-Amz-Target`. */
const targets: Readonly<Record<string, Service>> = {
  DynamoDB_20120810: dynamodb,
  DynamoDBStreams_20120810: dynamodb,
  AmazonSQS: { prefix: 'sqs', json: '1.0', namespace: 'com.amazonaws.sqs', queryErrors: true },
  AWSStepFunctions: { prefix: 'states', json: '1.0' },
  AWSEvents: { prefix: 'events' },
  secretsmanager: { prefix: 'secretsmanager' },
  AmazonSSM: { prefix: 'ssm' },
  AWSCognitoIdentityProviderService: { prefix: 'cognito-idp' },
  TrentService: { prefix: 'kms' },
  GraniteServiceVersion20100801: {
    prefix: 'cloudwatch',
    signedAs: 'monitoring',
    json: '1.0',
    namespace: 'com.amazonaws.cloudwatch',
    queryErrors: true,
  },
};

/** Services of the query protocol, by the API version that each of their requests carries. */
const versions: Readonly<Record<string, Service>> = {
  '2010-03-31': { prefix: 'sns', namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' },
  '2010-08-01': {
    prefix: 'cloudwatch',
    signedAs: 'monitoring',
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  },
  '2011-06-15': { prefix: 'sts', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
};

/** IAM's name for a REST service that signs its requests with another. */
const signedAs: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', email: 'ses' };

const find = (table: Readonly<Record<string, Service>>, name: string): Service | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

export const serviceOfTarget = (target: string): Service | undefined => find(targets, target);

export const serviceOfVersion = (version: string): Service | undefined => find(versions, version);

/** The service in `<key>/<date>/<region>/<service>/aws4_request`: a REST request names it nowhere else. */
export const serviceOfScope = (credential: string): Service | undefined => {
  const name = credential.split('/')[3];
  if (!name) return undefined;
  return { prefix: signedAs[name] ?? name, signedAs: name };
};
