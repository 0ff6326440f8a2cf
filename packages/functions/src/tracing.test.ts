import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { lambdaContext } from '@emporium/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// The X-Ray SDK looks at its surroundings when it is loaded, so they are set up before the import.
const daemon = createSocket('udp4');
const documents: Record<string, unknown>[] = [];
beforeAll(async () => {
  daemon.bind(0, '127.0.0.1');
  await once(daemon, 'listening');
  daemon.on('message', (message) => documents.push(JSON.parse(message.toString().split('\n')[1] ?? '{}')));
  Object.assign(process.env, {
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'reserveStock',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: '/var/task',
    _HANDLER: 'handler.handler',
    _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
});
afterAll(() => {
  daemon.close();
});

test('an invocation is a subsegment of Lambda’s, with the error that ended it', async () => {
  const { CancelShipment } = await import('@emporium/contracts');
  const { DomainError, taskHandler } = await import('./index.ts');
  const cancel = taskHandler(CancelShipment, async () => {
    throw new DomainError('AlreadyDispatched');
  });
  const sent = once(daemon, 'message');
  const input = { orderId: 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V' };
  await expect(cancel(input, lambdaContext())).rejects.toThrow();
  await sent;
  expect(documents).toContainEqual(
    expect.objectContaining({
      name: '## handler.handler',
      trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      parent_id: '557abcec3ee5a047',
      annotations: expect.objectContaining({ ColdStart: true }),
      cause: expect.objectContaining({
        exceptions: [expect.objectContaining({ type: 'AlreadyDispatched' })],
      }),
    }),
  );
});
