import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Api, Cloud, Running, WireAnswer } from '../cloud.ts';
import { encryptedAtRest } from '../kms/at-rest.ts';
import { type Client, createClient } from './client.ts';
import { startDynamoDb } from './engine.ts';
import { createIdempotency } from './idempotency.ts';
import { indexStreams } from './index-streams.ts';
import { createMeter, outcomeOf, outcomeOfError } from './metrics.ts';
import { type Input, permissionsOf, writtenTables } from './permissions.ts';
import { createTables, keyNames } from './tables.ts';
import { startTimeToLive } from './time-to-live.ts';
import { announceWrite } from './writes.ts';

/** DynamoDB with its streams: the tables of the templates, in one file of the data folder. */
export const start = async (cloud: Cloud): Promise<Running & { api: Api }> => {
  const dbPath = join(cloud.dataFolder, 'dynamodb.db');
  const engine = await startDynamoDb({ dbPath });
  const client = createClient(engine.port);
  const stop = async () => {
    client.close();
    await engine.stop();
  };
  try {
    indexStreams(dbPath);
    await createTables(cloud, client);
    const timeToLive = startTimeToLive(cloud, { dbPath, client });
    return {
      api: encryptedAtRest(cloud, 'AWS::DynamoDB::Table', createApi(cloud, client)),
      stop: async () => {
        await timeToLive.stop();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

const createApi = (cloud: Cloud, client: Client): Api => {
  const arnOf = (table: string) =>
    table.startsWith('arn:') ? table : `arn:aws:dynamodb:${cloud.region}:${cloud.accountId}:table/${table}`;
  const toEngineStream = createStreamTranslation(client);
  const meter = createMeter(cloud.metrics);
  const idempotency = createIdempotency();
  /** A transaction goes to the engine without its token. */
  const once = <Answer>(
    { ClientRequestToken: token = '', ...request }: Input,
    run: (request: string) => Promise<Answer>,
    isWritten: (answer: Answer) => boolean,
  ): Promise<Answer | undefined> => {
    const text = JSON.stringify(request);
    return idempotency.once(token, text, () => run(text), isWritten);
  };
  /** The engine lives in a region of its own. */
  const named = (action: string, answer: WireAnswer): WireAnswer => {
    if (!NAMING.test(action)) return answer;
    const prefix = `arn:aws:dynamodb:${cloud.region}:${cloud.accountId}:`;
    return { ...answer, body: answer.body.toString().replaceAll(ENGINE_ARN, prefix) };
  };
  const keys = keyNames(cloud);
  const announce = (action: string, input: Input) => {
    for (const table of writtenTables(action, input)) announceWrite(cloud, table);
  };
  return {
    permissions: (action: string, input: Input) => permissionsOf(action, input, arnOf, keys),
    handle: async (action, input: Input) => {
      const start = performance.now();
      try {
        const output = hasToken(action, input)
          ? ((await once(
              input,
              (text) => client.call(targetOf(action), text),
              () => true,
            )) ?? {})
          : await client.call(targetOf(action), await toEngineStream(input));
        announce(action, input);
        meter.count(action, input, start, { status: 200 });
        return output;
      } catch (error) {
        meter.count(action, input, start, outcomeOfError(error));
        throw error;
      }
    },
    forward: async (action, body, input: Input) => {
      const start = performance.now();
      const target = targetOf(action);
      const pass = async () => {
        if (hasToken(action, input)) {
          const answer = await once(input, (text) => client.forward(target, text), isSuccess);
          return answer ?? written();
        }
        return client.forward(
          target,
          'StreamArn' in input ? JSON.stringify(await toEngineStream(input)) : body,
        );
      };
      const answer = named(action, await pass());
      if (isSuccess(answer)) announce(action, input);
      meter.count(action, input, start, outcomeOf(answer));
      return answer;
    },
  };
};

/** A token of a length that DynamoDB doesn't take is for the engine to refuse. */
const hasToken = (action: string, { ClientRequestToken: token }: Input): boolean =>
  action === 'TransactWriteItems' && typeof token === 'string' && token.length > 0 && token.length <= 36;

const isSuccess = ({ status }: WireAnswer): boolean => status < 300;

/** The answer to a transaction that was written before. */
const written = (): WireAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
  body: '{}',
});

/** What tells the ARN of a table or a stream. */
const NAMING = /^(Describe|List|Update)(Table|Stream|TimeToLive)/;
const ENGINE_ARN = 'arn:aws:dynamodb:dynoxide:000000000000:';

/** The engine labels a stream with the moment of its making; the templates know it by another label. */
const createStreamTranslation = (client: Client) => {
  const known = new Map<string, string>();
  return async (input: object): Promise<object> => {
    if (!('StreamArn' in input)) return input;
    const TableName = String(input.StreamArn).split('/')[1] ?? '';
    let StreamArn = known.get(TableName);
    if (StreamArn === undefined) {
      const { Table } = await client.call<{ Table: { LatestStreamArn?: string } }>(
        targetOf('DescribeTable'),
        { TableName },
      );
      StreamArn = Table.LatestStreamArn ?? String(input.StreamArn);
      known.set(TableName, StreamArn);
    }
    return { ...input, StreamArn };
  };
};

const streamActions = new Set(['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']);

const targetOf = (action: string): string =>
  `${streamActions.has(action) ? 'DynamoDBStreams' : 'DynamoDB'}_20120810.${action}`;
