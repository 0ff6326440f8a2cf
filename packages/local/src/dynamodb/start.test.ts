import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Cloud } from '../cloud.ts';
import { start } from './start.ts';

const properties = {
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
};

test('tables and streams are told of in the region that the shop runs in', async () => {
  const { api, stop } = await start({
    region: 'eu-west-1',
    accountId: '000000000000',
    dataFolder: mkdtempSync(join(tmpdir(), 'region-')),
    ofType: () => [{ ref: 'things', properties }],
    metrics: { put: () => {} },
  } as unknown as Cloud);
  const ask = async (action: string, input: object) => {
    const answer = await api.forward?.(action, Buffer.from(JSON.stringify(input)), input as never);
    return JSON.parse(answer?.body.toString() ?? '');
  };
  const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/things';
  try {
    const { Table } = await ask('DescribeTable', { TableName: 'things' });
    expect(Table.TableArn).toBe(table);
    expect(Table.LatestStreamArn).toMatch(`${table}/stream/`);
    // The label of the templates' ARN is another than the engine's.
    const { StreamDescription } = await ask('DescribeStream', { StreamArn: `${table}/stream/2025` });
    expect(StreamDescription.StreamArn).toBe(Table.LatestStreamArn);
  } finally {
    await stop();
  }
});
