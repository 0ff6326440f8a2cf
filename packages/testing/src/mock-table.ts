import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Described } from '@emporium/resources/cloudformation';
import { beforeEach } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { linkForTest } from './links.ts';

/**
 * Puts a mock in the place of the contexts' tables for all tests of a file, anew for each. It takes every transaction.
 *
 * @returns the mock, and for each transaction what it puts: an item's status, or its kind where it has none;
 *   `undefined` stands for what is no put.
 *
 * @example
 * const { dynamodb, writes } = mockTable(resources);
 * dynamodb.on(GetCommand).resolves({ Item: shipment });
 * expect(writes()).toEqual([['cancelled', 'outbox']]);
 */
export const mockTable = (...contexts: readonly Described[]) => {
  linkForTest(...contexts);
  const dynamodb = mockClient(DynamoDBDocumentClient);
  beforeEach(() => {
    dynamodb.reset();
    dynamodb.on(TransactWriteCommand).resolves({});
  });
  const writes = (): unknown[] =>
    dynamodb
      .commandCalls(TransactWriteCommand)
      .map(({ args }) => args[0].input.TransactItems?.map(({ Put }) => Put?.Item?.status ?? Put?.Item?.kind));
  return { dynamodb, writes };
};
