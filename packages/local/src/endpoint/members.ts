import { AwsError } from '../cloud.ts';

type Type = 'String' | 'Integer' | 'Boolean' | 'Map' | 'Strings' | 'Maps';

const typed = (type: Type, names: string): [string, Type][] => names.split(' ').map((name) => [name, type]);

const membersOf = (types: Partial<Record<Type, string>>): ReadonlyMap<string, Type> =>
  new Map(Object.entries(types).flatMap(([type, names]) => typed(type as Type, names)));

/**
 * The types of the members that the modules read, by service: within one service a name has one type. DynamoDB's
 * engine looks at what its calls hold; here stands only what decides who may make them.
 */
const services: Readonly<Record<string, ReadonlyMap<string, Type>>> = {
  dynamodb: membersOf({
    String: 'TableName IndexName StreamArn ShardIterator',
    Map: 'RequestItems Key Item',
    Maps: 'TransactItems Statements',
  }),
  sqs: membersOf({
    String:
      'QueueUrl QueueName MessageBody ReceiptHandle MessageGroupId MessageDeduplicationId SourceArn DestinationArn TaskHandle',
    Integer: 'DelaySeconds MaxNumberOfMessages VisibilityTimeout WaitTimeSeconds MaxResults',
    Maps: 'Entries',
    Strings: 'AttributeNames MessageAttributeNames MessageSystemAttributeNames',
    Map: 'Attributes MessageAttributes MessageSystemAttributes',
  }),
  states: membersOf({
    String:
      'stateMachineArn executionArn name input error cause output taskToken statusFilter nextToken mapRunArn clientToken traceHeader',
    Integer: 'maxResults',
    Boolean: 'reverseOrder includeExecutionData',
  }),
  events: membersOf({
    String: 'Name EventBusName Rule EventSourceArn ReplayName ArchiveName NextToken NamePrefix EndpointId',
    Maps: 'Entries Targets',
    Map: 'Destination',
  }),
  secretsmanager: membersOf({
    String:
      'SecretId VersionId VersionStage ClientRequestToken SecretString SecretBinary KmsKeyId Description RotationLambdaARN MoveToVersionId RemoveFromVersionId ExcludeCharacters NextToken',
    Integer: 'PasswordLength MaxResults',
    Boolean:
      'RotateImmediately IncludeDeprecated ExcludeNumbers ExcludePunctuation ExcludeUppercase ExcludeLowercase IncludeSpace RequireEachIncludedType',
    Maps: 'Filters',
    Strings: 'VersionStages SecretIdList',
    Map: 'RotationRules',
  }),
  ssm: membersOf({
    String: 'Name Path Value Type KeyId Description DataType Tier NextToken AllowedPattern',
    Integer: 'MaxResults',
    Boolean: 'WithDecryption Recursive Overwrite',
    Maps: 'ParameterFilters Tags',
    Strings: 'Names',
  }),
  kms: membersOf({
    String: 'KeyId Plaintext CiphertextBlob KeySpec EncryptionAlgorithm SourceKeyId DestinationKeyId',
    Integer: 'NumberOfBytes',
    Boolean: 'DryRun',
    Map: 'EncryptionContext SourceEncryptionContext DestinationEncryptionContext',
    Strings: 'GrantTokens',
  }),
};

/** Refuses a member of another type than its service's model gives it, as AWS does before it looks at anything else. */
export const checkMembers = (prefix: string, input: object): void => {
  const members = services[prefix];
  if (members === undefined) return;
  for (const name in input) {
    const value = (input as Record<string, unknown>)[name];
    const type = members.get(name);
    if (type !== undefined && value !== null && value !== undefined) check(type, value);
  }
};

const check = (type: Type, value: unknown): void => {
  if (type === 'Strings' || type === 'Maps') {
    if (!Array.isArray(value)) throw mismatch(type, value);
    for (const element of value) check(type === 'Strings' ? 'String' : 'Map', element);
  } else if (!isOf(type, value)) throw mismatch(type, value);
};

const isOf = (type: Type, value: unknown): boolean => {
  if (type === 'String') return typeof value === 'string';
  if (type === 'Integer') return typeof value === 'number';
  if (type === 'Boolean') return typeof value === 'boolean';
  return typeof value === 'object' && value !== null && !Array.isArray(value);
};

const mismatch = (type: Type, value: unknown): AwsError =>
  new AwsError('SerializationException', messageFor(type, value));

const messageFor = (type: Type, value: unknown): string => {
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (value !== null && typeof value === 'object')
    return 'Start of structure or map found where not expected.';
  if (type === 'Strings' || type === 'Maps' || type === 'Map') return 'Unexpected field type';
  const token = value === null || typeof value === 'boolean' ? String(value) : typeof value;
  return `${token.toUpperCase()}_VALUE can not be converted to ${type === 'Integer' ? 'an' : 'a'} ${type}`;
};
