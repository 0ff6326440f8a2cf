import { createHash } from 'node:crypto';

/** What a resource is known by once it exists. */
export interface Identity {
  readonly ref: string;
  readonly arn: string;
  /** `Fn::GetAtt`, beyond `Arn`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface IdentityInput {
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly endpoint: string;
  /** A property, resolved; undefined where the template gives none. */
  property(name: string): unknown;
  /** `property(name)` as text, or the name that CloudFormation would make up. */
  name(property: string): string;
  arn(service: string, resource: string): string;
  /** `length` stable characters, for identifiers that AWS makes up. */
  unique(length: number): string;
}

/** AWS labels a stream with the moment of its making. */
export const streamArnOf = (tableArn: string): string => `${tableArn}/stream/2025-01-01T00:00:00.000`;

type Identify = (input: IdentityInput) => Identity;

const named =
  (property: string, service: string, resource: (name: string) => string = (name) => name): Identify =>
  (input) => {
    const name = input.name(property);
    return { ref: name, arn: input.arn(service, resource(name)) };
  };

const plain: Identify = ({ stackName, logicalId }) => {
  const ref = `${stackName}-${logicalId}`;
  return { ref, arn: ref };
};

const byUniqueId: Identify = ({ unique }) => {
  const id = unique(10);
  return { ref: id, arn: id };
};

/** CloudFront's policies and access controls. */
const withId: Identify = (input) => {
  const { ref, arn } = byUniqueId(input);
  return { ref, arn, attributes: { Id: ref } };
};

/** What belongs to a secret is known by the secret's ARN. */
const ofSecret: Identify = (input) => {
  const ref = String(input.property('SecretId'));
  return { ref, arn: ref };
};

/** One line a type: what `Ref` and `Fn::GetAtt` give on AWS, with everything that AWS makes up derived from the stack and the logical id. */
const identities: Record<string, Identify> = {
  'AWS::DynamoDB::Table': (input) => {
    const ref = input.name('TableName');
    const arn = input.arn('dynamodb', `table/${ref}`);
    return { ref, arn, attributes: { StreamArn: streamArnOf(arn) } };
  },
  'AWS::SQS::Queue': (input) => {
    const name = input.name('QueueName');
    return {
      ref: `${input.endpoint}/${input.accountId}/${name}`,
      arn: input.arn('sqs', name),
      attributes: { QueueName: name, QueueUrl: `${input.endpoint}/${input.accountId}/${name}` },
    };
  },
  'AWS::Lambda::Function': named('FunctionName', 'lambda', (name) => `function:${name}`),
  'AWS::Lambda::Version': (input) => {
    const arn = `${functionArn(input)}:1`;
    return { ref: arn, arn, attributes: { Version: '1' } };
  },
  'AWS::Lambda::Alias': (input) => {
    const arn = `${functionArn(input)}:${input.name('Name')}`;
    return { ref: arn, arn };
  },
  'AWS::Lambda::EventSourceMapping': (input) => {
    const id = input.unique(32);
    return { ref: id, arn: input.arn('lambda', `event-source-mapping:${id}`), attributes: { Id: id } };
  },
  'AWS::IAM::Role': (input) => {
    const ref = input.name('RoleName');
    const path = String(input.property('Path') ?? '/');
    return {
      ref,
      arn: `arn:aws:iam::${input.accountId}:role${path}${ref}`,
      attributes: { RoleId: `AROA${input.unique(17).toUpperCase()}` },
    };
  },
  'AWS::IAM::ManagedPolicy': (input) => {
    const arn = `arn:aws:iam::${input.accountId}:policy/${input.name('ManagedPolicyName')}`;
    return { ref: arn, arn };
  },
  'AWS::Events::EventBus': (input) => {
    const ref = input.name('Name');
    return { ref, arn: input.arn('events', `event-bus/${ref}`), attributes: { Name: ref } };
  },
  'AWS::Events::Rule': (input) => {
    const bus = String(input.property('EventBusName') ?? 'default').replace(/^.*event-bus\//, '');
    const path = bus === 'default' ? input.name('Name') : `${bus}/${input.name('Name')}`;
    return { ref: path.replace('/', '|'), arn: input.arn('events', `rule/${path}`) };
  },
  'AWS::Events::Archive': named('ArchiveName', 'events', (name) => `archive/${name}`),
  'AWS::Scheduler::Schedule': (input) => {
    const ref = input.name('Name');
    return {
      ref,
      arn: input.arn('scheduler', `schedule/${input.property('GroupName') ?? 'default'}/${ref}`),
    };
  },
  'AWS::Scheduler::ScheduleGroup': named('Name', 'scheduler', (name) => `schedule-group/${name}`),
  'AWS::StepFunctions::StateMachine': (input) => {
    const name = input.name('StateMachineName');
    const arn = input.arn('states', `stateMachine:${name}`);
    return { ref: arn, arn, attributes: { Name: name } };
  },
  'AWS::SecretsManager::Secret': (input) => {
    const arn = input.arn('secretsmanager', `secret:${input.name('Name')}-${input.unique(6)}`);
    return { ref: arn, arn, attributes: { Id: arn } };
  },
  'AWS::SecretsManager::ResourcePolicy': ofSecret,
  'AWS::SecretsManager::RotationSchedule': ofSecret,
  'AWS::SSM::Parameter': (input) => {
    const ref = input.name('Name');
    return {
      ref,
      arn: input.arn('ssm', `parameter${ref.startsWith('/') ? '' : '/'}${ref}`),
      attributes: { Value: String(input.property('Value')), Type: String(input.property('Type')) },
    };
  },
  'AWS::Cognito::UserPool': (input) => {
    const ref = `${input.region}_${input.unique(9)}`;
    const provider = `cognito-idp.${input.region}.amazonaws.com/${ref}`;
    return {
      ref,
      arn: input.arn('cognito-idp', `userpool/${ref}`),
      attributes: { ProviderName: provider, ProviderURL: `https://${provider}`, UserPoolId: ref },
    };
  },
  'AWS::Cognito::UserPoolClient': (input) => {
    const ref = input.unique(26);
    return { ref, arn: ref, attributes: { ClientId: ref, Name: input.name('ClientName') } };
  },
  'AWS::Cognito::UserPoolGroup': (input) => {
    const ref = input.name('GroupName');
    return { ref, arn: ref };
  },
  'AWS::S3::Bucket': (input) => {
    const ref = input.name('BucketName').toLowerCase();
    return {
      ref,
      arn: `arn:aws:s3:::${ref}`,
      attributes: {
        DomainName: `${ref}.s3.amazonaws.com`,
        RegionalDomainName: `${ref}.s3.${input.region}.amazonaws.com`,
      },
    };
  },
  'AWS::SNS::Topic': (input) => {
    const name = input.name('TopicName');
    const arn = input.arn('sns', name);
    return { ref: arn, arn, attributes: { TopicName: name, TopicArn: arn } };
  },
  'AWS::SES::EmailIdentity': named('EmailIdentity', 'ses', (name) => `identity/${name}`),
  'AWS::SES::ConfigurationSet': named('Name', 'ses', (name) => `configuration-set/${name}`),
  'AWS::Logs::LogGroup': named('LogGroupName', 'logs', (name) => `log-group:${name}:*`),
  'AWS::KMS::Alias': (input) => {
    const ref = input.name('AliasName');
    return { ref, arn: input.arn('kms', ref) };
  },
  'AWS::KMS::Key': (input) => {
    const ref = uuidFrom(input.unique(36));
    return { ref, arn: input.arn('kms', `key/${ref}`), attributes: { KeyId: ref } };
  },
  'AWS::ApiGatewayV2::Api': (input) => {
    const ref = input.unique(10);
    return {
      ref,
      arn: `arn:aws:apigateway:${input.region}::/apis/${ref}`,
      attributes: {
        ApiEndpoint: `https://${ref}.execute-api.${input.region}.amazonaws.com`,
        ApiId: ref,
      },
    };
  },
  'AWS::ApiGatewayV2::Authorizer': (input) => {
    const { ref, arn } = byUniqueId(input);
    return { ref, arn, attributes: { AuthorizerId: ref } };
  },
  'AWS::ApiGatewayV2::Integration': byUniqueId,
  'AWS::ApiGatewayV2::Route': byUniqueId,
  'AWS::ApiGatewayV2::Stage': (input) => {
    const ref = input.name('StageName');
    return { ref, arn: ref };
  },
  'AWS::CloudFront::Distribution': (input) => {
    const ref = input.unique(14).toUpperCase();
    return {
      ref,
      arn: `arn:aws:cloudfront::${input.accountId}:distribution/${ref}`,
      attributes: { Id: ref, DomainName: `${ref.toLowerCase()}.cloudfront.net` },
    };
  },
  'AWS::WAFv2::WebACL': (input) => {
    const [name, id] = [input.name('Name'), uuidFrom(input.unique(36))];
    return {
      ref: `${name}|${id}|${input.property('Scope')}`,
      arn: input.arn('wafv2', `global/webacl/${name}/${id}`),
      attributes: { Id: id },
    };
  },
  // Nothing refers to what these are called; they only shape the resources they belong to.
  'AWS::ApiGatewayV2::ApiMapping': plain,
  'AWS::ApiGatewayV2::DomainName': plain,
  'AWS::CloudFront::CachePolicy': withId,
  'AWS::CloudFront::Function': plain,
  'AWS::CloudFront::OriginAccessControl': withId,
  'AWS::CloudFront::OriginRequestPolicy': withId,
  'AWS::CloudFront::ResponseHeadersPolicy': withId,
  'AWS::CloudWatch::Alarm': named('AlarmName', 'cloudwatch', (name) => `alarm:${name}`),
  'AWS::CloudWatch::CompositeAlarm': named('AlarmName', 'cloudwatch', (name) => `alarm:${name}`),
  'AWS::CloudWatch::Dashboard': plain,
  'AWS::Events::EventBusPolicy': plain,
  'AWS::IAM::Policy': plain,
  'AWS::IAM::RolePolicy': plain,
  'AWS::Lambda::EventInvokeConfig': plain,
  'AWS::Lambda::Permission': plain,
  'AWS::Logs::ResourcePolicy': plain,
  'AWS::S3::BucketPolicy': plain,
  'AWS::SES::ConfigurationSetEventDestination': plain,
  'AWS::SNS::Subscription': (input) => {
    const arn = `${input.property('TopicArn')}:${input.unique(32)}`;
    return { ref: arn, arn };
  },
  'AWS::SNS::TopicPolicy': plain,
  'AWS::SQS::QueuePolicy': plain,
  'AWS::WAFv2::LoggingConfiguration': plain,
  'AWS::XRay::SamplingRule': (input) => {
    const { RuleName } = input.property('SamplingRule') as { RuleName: string };
    const arn = input.arn('xray', `sampling-rule/${RuleName}`);
    return { ref: arn, arn, attributes: { RuleARN: arn } };
  },
};

const functionArn = (input: IdentityInput): string => {
  const name = String(input.property('FunctionName'));
  return name.startsWith('arn:') ? name : input.arn('lambda', `function:${name}`);
};

/** Whether the local cloud has ever heard of this type. */
export const isKnownType = (type: string): boolean => type in identities;

/** Ref, ARN and attributes of a resource. */
export const identify = (type: string, input: IdentityInput): Identity => (identities[type] ?? plain)(input);

/** `length` lower-case letters and digits that only depend on `seed`. */
export const uniqueId = (seed: string, length: number): string => {
  const digits = BigInt(`0x${createHash('sha256').update(seed).digest('hex')}`).toString(36);
  return digits.slice(1, 1 + length).padEnd(length, '0');
};

/** An identifier in the form of a UUID that only depends on `seed`. */
export const uuidFrom = (seed: string): string =>
  createHash('sha256')
    .update(seed)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
