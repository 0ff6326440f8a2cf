import { DynamoDBDocumentClient, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Described } from '@emporium/resources/cloudformation';
import { beforeEach } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { linkForTest } from './links.ts';

/**
 * Puts a mock in the place of the contexts' tables for all tests of a file, anew for each. It takes every write.
 *
 * @returns the mock, and for each transaction, or single put, what it puts: an item's status, or its kind where it has none;
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
    dynamodb.on(PutCommand).resolves({});
  });
  const puts = (command: unknown) =>
    command instanceof TransactWriteCommand
      ? [command.input.TransactItems?.map(({ Put }) => nameOf(Put?.Item))]
      : command instanceof PutCommand
        ? [[nameOf(command.input.Item)]]
        : [];
  const writes = (): unknown[] => dynamodb.calls().flatMap(({ args: [command] }) => puts(command));
  return { dynamodb, writes };
};

const nameOf = (item: Record<string, unknown> | undefined): unknown => item?.status ?? item?.kind;
