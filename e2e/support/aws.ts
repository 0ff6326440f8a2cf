import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sessionToken } from '../../packages/local/src/iam/credentials.ts';
import { signRequest } from '../../packages/local/src/test-signing.ts';

/** With this access key the local endpoint lets its caller do anything. */
const ROOT = 'local';

/** The names that services sign with, by what stands before the dot of the target. */
const SERVICES: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
};

/** Calls the running shop's AWS-shaped endpoint as an AWS SDK would; `target` is such as `AmazonSQS.SendMessage`. */
export const callAws = async (
  dataFolder: string,
  target: string,
  input: object,
  accessKey = ROOT,
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
): Promise<{ status: number; body: any }> => {
  const { endpoint } = JSON.parse(readFileSync(join(dataFolder, 'running.json'), 'utf8'));
  const body = JSON.stringify(input);
  const headers = await signRequest(endpoint, {
    service: SERVICES[target.split('.')[0] as string] as string,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
    body,
    accessKeyId: accessKey,
    ...(accessKey !== ROOT && { sessionToken }),
  });
  const response = await fetch(endpoint, { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
};

/** Invokes a function, named without `emporium-`, and waits for its answer, or for the error that it throws. */
export const invokeFunction = async (dataFolder: string, name: string, input: object): Promise<object> => {
  const { endpoint } = JSON.parse(readFileSync(join(dataFolder, 'running.json'), 'utf8'));
  const url = `${endpoint}/2015-03-31/functions/emporium-${name}/invocations`;
  const body = JSON.stringify(input);
  const response = await fetch(url, {
    method: 'POST',
    headers: await signRequest(url, { service: 'lambda', body }),
    body,
  });
  return (await response.json()) as object;
};

/** Every item of a table. */
export const itemsOf = async (dataFolder: string, TableName: string): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: object | undefined;
  do {
    const { body } = await callAws(dataFolder, 'DynamoDB_20120810.Scan', {
      TableName,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    for (const item of body.Items) items.push(plain({ M: item }) as Record<string, unknown>);
    ExclusiveStartKey = body.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
};

/** How many messages a queue holds, those in delivery included. */
export const lengthOf = async (dataFolder: string, queue: string): Promise<number> => {
  const { body } = await callAws(dataFolder, 'AmazonSQS.GetQueueAttributes', {
    QueueUrl: `http://127.0.0.1/000000000000/${queue}`,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  return Object.values<string>(body.Attributes).reduce((sum, count) => sum + Number(count), 0);
};

/** DynamoDB's typed value as JavaScript's. */
const plain = (value: object): unknown => {
  const [type, inner] = Object.entries(value)[0] ?? [];
  if (type === 'N') return Number(inner);
  if (type === 'L') return inner.map(plain);
  if (type === 'M') return Object.fromEntries(Object.entries(inner).map(([k, v]) => [k, plain(v as object)]));
  return inner;
};
