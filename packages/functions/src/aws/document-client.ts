import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { traced } from '../tracing.ts';

let client: DynamoDBDocumentClient | undefined;

/**
 * The container's DynamoDB client, traced. Attributes that are `undefined` are left out on writing.
 *
 * @example
 * await documentClient().send(new GetCommand({ TableName: resources.OrdersTable.name, Key: { pk, sk } }));
 */
export const documentClient = (): DynamoDBDocumentClient => {
  client ??= DynamoDBDocumentClient.from(
    traced(
      new DynamoDBClient({
        // DynamoDB answers in milliseconds: a call that hangs is better tried again than waited for.
        requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
      }),
    ),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return client;
};
