import * as contracts from '@emporium/contracts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { statementsOf, wideGrants } from '../verify/permissions.ts';
import { type Found, ofType, packagedTemplates, type Template, textOf } from './support/templates.ts';

let templates: Template[];
let functions: Found[];

beforeAll(async () => {
  templates = await packagedTemplates();
  functions = all('AWS::Lambda::Function');
}, 300_000);

const all = (type: string) => ofType(templates, type);

/** The names of what breaks a rule, so that a failing test says which; and that there is something to judge at all. */
const offenders = (found: readonly Found[], isFine: (found: Found) => boolean): string[] => {
  expect(found.length).toBeGreaterThan(0);
  return found.filter((each) => !isFine(each)).map(({ name }) => name);
};

const isOwnKey = (key: unknown): boolean => textOf(key) === `\${EncryptionKey.Arn}`;

/** What an ARN or a reference within the same template points at. */
const target = (service: string, reference: unknown): Found | undefined => {
  const logicalId = textOf(reference).replace(/^\$\{([^.}]+).*$/, '$1');
  const resource = templates.find((template) => template.service === service)?.resources[logicalId];
  return (
    resource && {
      name: `${service}.${logicalId}`,
      service,
      logicalId,
      resource,
      properties: resource.Properties,
    }
  );
};

describe('permissions', () => {
  const statements = () => templates.flatMap(statementsOf);

  test('nothing is granted by a pattern that is not on the list, or by exclusion', () => {
    expect(statements().length).toBeGreaterThan(100);
    expect(templates.flatMap(wideGrants)).toEqual([]);
  });

  test('every function has a role of its own, whose policies stand in the template', () => {
    const roles = functions.map(({ service, properties }) => `${service} ${textOf(properties.Role)}`);

    expect(new Set(roles).size).toBe(functions.length);
    expect(offenders(functions, (each) => target(each.service, each.properties.Role) !== undefined)).toEqual(
      [],
    );
    const workflows = all('AWS::StepFunctions::StateMachine');
    expect(
      offenders(
        workflows,
        ({ service, properties }) => !roles.includes(`${service} ${textOf(properties.RoleArn)}`),
      ),
    ).toEqual([]);
    expect(offenders(all('AWS::IAM::Role'), ({ properties }) => !properties.ManagedPolicyArns)).toEqual([]);
  });

  test('a role uses a key by way of one service only, a service in its own account only', () => {
    const ofKeys = statements().filter(({ statement: { Action } }) =>
      String([Action].flat()[0]).startsWith('kms:'),
    );
    const [inKeys, inRoles] = [true, false].map((isKey) =>
      ofKeys.filter(({ type }) => (type === 'AWS::KMS::Key') === isKey),
    ) as [typeof ofKeys, typeof ofKeys];

    expect(inRoles.length).toBeGreaterThan(functions.length / 2);
    expect(inRoles.filter(({ type }) => type !== 'AWS::IAM::Role')).toEqual([]);
    // By way of the service that keeps what is encrypted; a workflow's role in the name of the workflow and its log.
    const unbound = inRoles.filter(
      ({ statement: { Condition, Action } }) =>
        !/"kms:ViaService":\{"Fn::Sub":"(dynamodb|s3|secretsmanager|sns|sqs|states)\.|"kms:EncryptionContext:(aws:states:stateMachineArn|SourceArn)":\{"Fn::Sub"/.test(
          JSON.stringify(Condition),
        ) || [Action].flat().some((action) => action !== 'kms:Decrypt' && action !== 'kms:GenerateDataKey'),
    );
    expect(unbound).toEqual([]);
    const ofServices = inKeys.filter(({ statement }) =>
      JSON.stringify(statement.Principal).includes('"Service"'),
    );
    expect(ofServices.length).toBeGreaterThan(0);
    expect(
      ofServices.filter(
        ({ statement: { Condition } }) =>
          !/"aws:SourceAccount":\{"Ref":"AWS::AccountId"\}|"kms:EncryptionContext:(aws:events:event-bus:arn|aws:logs:arn|SourceArn)"/.test(
            JSON.stringify(Condition),
          ),
      ),
    ).toEqual([]);
  });

  test('every role may be taken on by one AWS service only, and not for another account', () => {
    expect(
      offenders(all('AWS::IAM::Role'), ({ properties: { AssumeRolePolicyDocument } }) =>
        AssumeRolePolicyDocument.Statement.every(
          ({ Principal, Condition }: { Principal: object; Condition?: Record<string, object> }) =>
            // Lambda takes on no role of another account, and doesn't say for which function it does.
            JSON.stringify(Principal) === '{"Service":"lambda.amazonaws.com"}' ||
            (JSON.stringify(Principal) === '{"Service":"states.amazonaws.com"}' &&
              JSON.stringify(Condition?.StringEquals) === '{"aws:SourceAccount":{"Ref":"AWS::AccountId"}}' &&
              /:stateMachine:[^*?]+"\}\}$/.test(JSON.stringify(Condition?.ArnLike))),
        ),
      ),
    ).toEqual([]);
  });

  test('every function with a route can tell what came through the edge, and none is told not to', () => {
    const routed = all('AWS::ApiGatewayV2::Integration').map(({ service, properties }) =>
      target(service, properties.IntegrationUri),
    );
    const variables = (found: Found | undefined) => found?.properties.Environment?.Variables ?? {};
    const arn = `secret:/emporium/local/edge/OriginSecret`;

    expect(routed.length).toBeGreaterThan(20);
    expect(routed.filter((found) => !textOf(variables(found).LINK_edge_OriginSecret).includes(arn))).toEqual(
      [],
    );
    expect(
      routed.filter(
        (found) =>
          !JSON.stringify(found && target(found.service, found.properties.Role)).includes(`${arn}-??????`),
      ),
    ).toEqual([]);
    expect(offenders(functions, (found) => !('ORIGIN_VERIFICATION' in variables(found)))).toEqual([]);
  });

  test('every function says on whose behalf a service may invoke it', () => {
    expect(
      offenders(
        all('AWS::Lambda::Permission'),
        ({ properties: { Action, Principal, SourceArn } }) =>
          Action === 'lambda:InvokeFunction' &&
          /^[a-z-]+\.amazonaws\.com$/.test(textOf(Principal)) &&
          SourceArn !== undefined &&
          !/^(\*|arn:[^:]*:\*)/.test(textOf(SourceArn)),
      ),
    ).toEqual([]);
  });

  test('every route asks for a token, but these', () => {
    const open = all('AWS::ApiGatewayV2::Route').filter(
      ({ service, properties }) =>
        !(
          properties.AuthorizationType === 'JWT' &&
          target(service, properties.AuthorizerId)?.properties.AuthorizerType === 'JWT'
        ),
    );

    expect(open.map(({ properties }) => properties.RouteKey).sort()).toEqual([
      'GET /api/catalog/products',
      'GET /api/catalog/products/{sku}',
      'GET /api/fulfillment/stock/{sku}',
      'POST /api/users/confirm',
      'POST /api/users/forgot-password',
      'POST /api/users/refresh',
      'POST /api/users/resend-code',
      'POST /api/users/reset-password',
      'POST /api/users/sign-in',
      'POST /api/users/sign-up',
    ]);
  });
});

describe('what is kept', () => {
  test('every table is encrypted, has point-in-time recovery and outlives its stack', () => {
    expect(
      offenders(
        all('AWS::DynamoDB::Table'),
        ({ resource, properties }) =>
          isOwnKey(properties.SSESpecification?.KMSMasterKeyId) &&
          properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true &&
          resource.DeletionPolicy === 'Retain' &&
          resource.UpdateReplacePolicy === 'Retain',
      ),
    ).toEqual([]);
  });

  test('every context that keeps something has one key, which turns over by itself and outlives its stack', () => {
    const keys = all('AWS::KMS::Key');
    const keeping = ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::SNS::Topic'].flatMap(all);
    expect(keys.map(({ service }) => service).sort()).toEqual(
      [...new Set(keeping.map(({ service }) => service))].sort(),
    );
    expect(
      offenders(
        keys,
        ({ properties }) => properties.EnableKeyRotation === true && properties.PendingWindowInDays === 30,
      ),
    ).toEqual([]);
    expect(all('AWS::KMS::Alias').map(({ properties }) => properties.AliasName)).toEqual(
      keys.map(({ service }) => `alias/emporium-${service}-local`),
    );
  });

  test('topics, archives, executions and their logs are encrypted with their context’s key', () => {
    const workflows = all('AWS::StepFunctions::StateMachine');
    expect(
      offenders(
        workflows,
        ({ service, properties: { EncryptionConfiguration, LoggingConfiguration } }) =>
          EncryptionConfiguration.Type === 'CUSTOMER_MANAGED_KMS_KEY' &&
          isOwnKey(EncryptionConfiguration.KmsKeyId) &&
          isOwnKey(
            target(service, LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn)
              ?.properties.KmsKeyId,
          ),
      ),
    ).toEqual([]);
    expect(
      offenders(all('AWS::SNS::Topic'), ({ properties }) => isOwnKey(properties.KmsMasterKeyId)),
    ).toEqual([]);
    expect(
      offenders(all('AWS::Events::Archive'), ({ properties }) => isOwnKey(properties.KmsKeyIdentifier)),
    ).toEqual([]);
  });

  test('every user pool, archive and key outlives its stack', () => {
    const kept = ['AWS::Cognito::UserPool', 'AWS::Events::Archive', 'AWS::KMS::Key'].flatMap(all);
    expect(
      offenders(kept, ({ resource }) =>
        [resource.DeletionPolicy, resource.UpdateReplacePolicy].every((policy) => policy === 'Retain'),
      ),
    ).toEqual([]);
  });

  test('what outlives its stack is what docs/deploying.md names, and whether its name stays taken', () => {
    const retained = templates.flatMap(({ resources }) =>
      Object.values(resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain'),
    );
    const names: Readonly<Record<string, string | undefined>> = {
      'AWS::Cognito::UserPool': undefined,
      'AWS::DynamoDB::Table': 'TableName',
      'AWS::Events::Archive': 'ArchiveName',
      'AWS::Events::EventBus': 'Name',
      'AWS::KMS::Key': undefined,
    };

    expect([...new Set(retained.map(({ Type }) => Type))].sort()).toEqual(Object.keys(names));
    for (const { Type, Properties } of retained) {
      const name = names[Type];
      if (name !== undefined) expect(textOf(Properties[name])).toMatch(/^emporium-[a-z]+-local-\w+$/);
    }
  });

  test('every log group ends its lines’ life, and every function and workflow has one', () => {
    const groups = all('AWS::Logs::LogGroup');
    expect(offenders(groups, ({ properties }) => properties.RetentionInDays > 0)).toEqual([]);
    const names = new Set(groups.map(({ properties }) => properties.LogGroupName));
    expect(
      offenders(functions, ({ properties }) => names.has(`/aws/lambda/${properties.FunctionName}`)),
    ).toEqual([]);
    expect(
      offenders(
        all('AWS::StepFunctions::StateMachine'),
        ({ properties: { LoggingConfiguration: log } }) =>
          log.Level === 'ALL' && log.Destinations.length === 1,
      ),
    ).toEqual([]);
  });

  test('no workflow logs what it works with: customers’ addresses are in it', () => {
    expect(
      offenders(
        all('AWS::StepFunctions::StateMachine'),
        ({ properties }) => properties.LoggingConfiguration.IncludeExecutionData === false,
      ),
    ).toEqual([]);
  });
});

describe('nothing goes away unseen', () => {
  /** The dead-letter queue of a queue. */
  const deadLetters = ({ service, properties }: Found) =>
    properties.RedrivePolicy && target(service, properties.RedrivePolicy.deadLetterTargetArn);

  test('every queue has a dead-letter queue or is one, and is encrypted', () => {
    const queues = all('AWS::SQS::Queue');
    const used = new Set(queues.map((queue) => deadLetters(queue)?.name));
    const mappings = all('AWS::Lambda::EventSourceMapping');
    for (const { service, properties } of mappings) {
      used.add(target(service, properties.DestinationConfig?.OnFailure?.Destination)?.name);
    }

    expect(offenders(queues, (queue) => deadLetters(queue) !== undefined || used.has(queue.name))).toEqual(
      [],
    );
    expect(offenders(queues, ({ properties }) => isOwnKey(properties.KmsMasterKeyId))).toEqual([]);
    const last = queues.filter((queue) => deadLetters(queue) === undefined);
    // As long as SQS keeps anything: 14 days.
    expect(offenders(last, ({ properties }) => properties.MessageRetentionPeriod === 1_209_600)).toEqual([]);
  });

  test('every event source reports the items that failed, and sends them somewhere', () => {
    expect(
      offenders(all('AWS::Lambda::EventSourceMapping'), (mapping) => {
        const { properties, service } = mapping;
        const source = target(service, properties.EventSourceArn);
        const destination =
          source?.resource.Type === 'AWS::SQS::Queue'
            ? deadLetters(source)
            : target(service, properties.DestinationConfig?.OnFailure?.Destination);
        return (
          properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') &&
          destination?.resource.Type === 'AWS::SQS::Queue'
        );
      }),
    ).toEqual([]);
  });

  test('a stream tries again a limited number of times, in halves', () => {
    const streams = all('AWS::Lambda::EventSourceMapping').filter(
      ({ service, properties }) =>
        target(service, properties.EventSourceArn)?.resource.Type === 'AWS::DynamoDB::Table',
    );
    expect(
      offenders(
        streams,
        ({ properties }) => properties.BisectBatchOnFunctionError && properties.MaximumRetryAttempts > 0,
      ),
    ).toEqual([]);
  });

  test('a queue hides a message for at least six times as long as its function may take', () => {
    const queued = all('AWS::Lambda::EventSourceMapping').filter(
      ({ service, properties }) =>
        target(service, properties.EventSourceArn)?.resource.Type === 'AWS::SQS::Queue',
    );
    expect(
      offenders(queued, ({ service, properties }) => {
        const queue = target(service, properties.EventSourceArn);
        const consumer = target(service, properties.FunctionName);
        return queue?.properties.VisibilityTimeout >= 6 * consumer?.properties.Timeout;
      }),
    ).toEqual([]);
  });

  test('a rule that can’t reach its target has a dead-letter queue, and may write to both', () => {
    const policies = JSON.stringify(all('AWS::SQS::QueuePolicy'));
    expect(
      offenders(all('AWS::Events::Rule'), ({ service, logicalId, properties }) =>
        properties.Targets.every(
          ({ DeadLetterConfig }: { DeadLetterConfig?: { Arn: unknown } }) =>
            target(service, DeadLetterConfig?.Arn)?.resource.Type === 'AWS::SQS::Queue' &&
            policies.includes(`{"aws:SourceArn":{"Fn::GetAtt":["${logicalId}","Arn"]}}`),
        ),
      ),
    ).toEqual([]);
  });
});

describe('what refers to another context', () => {
  test('every rule waits for events that have a contract', () => {
    const published = new Set(
      Object.values(contracts)
        .filter((each) => typeof each === 'object' && 'context' in each)
        .map(({ context, name }) => `emporium.${context} ${name}`),
    );
    expect(
      offenders(all('AWS::Events::Rule'), ({ properties: { EventPattern } }) =>
        EventPattern['detail-type'].every(
          (name: string) =>
            EventPattern.source.length === 1 && published.has(`${EventPattern.source[0]} ${name}`),
        ),
      ),
    ).toEqual([]);
  });

  test('every rule listens on the bus that platform makes', () => {
    const buses = all('AWS::Events::EventBus').map(({ properties }) => properties.Name);
    expect(
      offenders(all('AWS::Events::Rule'), ({ properties }) =>
        buses.includes(textOf(properties.EventBusName)),
      ),
    ).toEqual([]);
  });

  test('every task of a workflow invokes a function that exists, and may', () => {
    const names = functions.map(({ properties }) => properties.FunctionName);
    for (const { service, properties } of all('AWS::StepFunctions::StateMachine')) {
      const { States } = JSON.parse(properties.DefinitionString) as {
        States: Record<string, { Type: string; Arguments?: { FunctionName?: string } }>;
      };
      const invoked = Object.values(States)
        .filter(({ Type }) => Type === 'Task')
        .map(({ Arguments }) => Arguments?.FunctionName ?? '');
      const role = JSON.stringify(target(service, properties.RoleArn)?.properties);

      expect(invoked.length).toBeGreaterThan(0);
      expect(invoked.filter((name) => !names.includes(name))).toEqual([]);
      expect(invoked.filter((name) => !role.includes(`:function:${name}"`))).toEqual([]);
    }
  });

  test('every parameter that a template reads is one that another publishes', () => {
    const published = all('AWS::SSM::Parameter').map(({ properties }) => properties.Name);
    const read = templates.flatMap(({ text }) =>
      [...text.matchAll(/\{\{resolve:ssm:([^}:]+)/g)].map(([, name]) => name),
    );

    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((name) => !published.includes(name))).toEqual([]);
  });
});

describe('limits', () => {
  test('all functions are Node.js 24 on arm64, traced, and fit in', () => {
    const rotating = new Set(
      all('AWS::SecretsManager::RotationSchedule').map(
        ({ service, properties }) => target(service, properties.RotationLambdaARN)?.name,
      ),
    );
    expect(
      offenders(
        functions,
        ({ name, properties }) =>
          properties.Runtime === 'nodejs24.x' &&
          properties.Architectures?.join() === 'arm64' &&
          properties.TracingConfig?.Mode === 'Active' &&
          // An HTTP API waits for 30 seconds; a rotation waits for CloudFront, which takes minutes.
          (properties.Timeout <= 30 || rotating.has(name)),
      ),
    ).toEqual([]);
  });
});
