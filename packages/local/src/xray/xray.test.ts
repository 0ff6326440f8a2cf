import { createSocket } from 'node:dgram';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetTracesCommand,
  GetSamplingRulesCommand,
  GetSamplingTargetsCommand,
  GetTraceSummariesCommand,
  PutTraceSegmentsCommand,
  XRayClient,
} from '@aws-sdk/client-xray';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalCloud, startLocal } from '../start.ts';
import { eventually, functionForTest, packageForTest, recordingLog } from '../test-cloud.ts';
import { fetchSigned } from '../test-signing.ts';

/** Sends a subsegment of its own, as the X-Ray SDK does, where the trace is sampled; fails where it is told to. */
const source = `
import { createSocket } from 'node:dgram';
export const handler = async ({ fails }) => {
  const { Root, Parent, Sampled } = Object.fromEntries(process.env._X_AMZN_TRACE_ID.split(';').map((part) => part.split('=')));
  const [host, port] = (process.env.AWS_XRAY_DAEMON_ADDRESS ?? '').split(':');
  if (Sampled === '1') {
    const now = Date.now() / 1000;
    const document = { id: '00000000000000aa', trace_id: Root, parent_id: Parent, type: 'subsegment', name: '## handler', start_time: now, end_time: now, annotations: { orderId: 'ord_1' } };
    const socket = createSocket('udp4');
    await new Promise((sent) => socket.send('{"format":"json","version":1}\\n' + JSON.stringify(document), Number(port), host, sent));
    socket.close();
  }
  if (fails) throw new Error('broken');
  return { header: process.env._X_AMZN_TRACE_ID, enabled: process.env.POWERTOOLS_TRACE_ENABLED, daemon: process.env.AWS_XRAY_DAEMON_ADDRESS };
};`;

const shop = packageForTest({
  functions: { traced: source, quiet: source },
  resources: {
    ...functionForTest('traced', { TracingConfig: { Mode: 'Active' } }),
    ...functionForTest('quiet'),
    Rule: {
      Type: 'AWS::XRay::SamplingRule',
      Properties: { SamplingRule: { RuleName: 'checkout', FixedRate: 1, ReservoirSize: 5, Priority: 1 } },
    },
  },
});

const log = recordingLog();
let local: LocalCloud;
let xray: XRayClient;
const clientOf = ({ endpoint }: LocalCloud) =>
  new XRayClient({
    region: 'us-east-1',
    endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
const begin = (trace: boolean) =>
  startLocal({
    templates: [shop],
    dataFolder: mkdtempSync(join(tmpdir(), 'xray-')),
    port: 0,
    log,
    trace,
  });
beforeAll(async () => {
  local = await begin(true);
  xray = clientOf(local);
});
afterAll(() => local.stop());

interface Answer {
  readonly header: string;
  readonly enabled?: string;
  readonly daemon?: string;
}

const invoke = async (
  name: string,
  traceHeader?: string,
  event: object = {},
  from = local,
): Promise<Answer> => {
  const { payload } = await from.cloud.invoke(
    `emporium-shop-local-${name}`,
    event,
    traceHeader === undefined ? {} : { traceHeader },
  );
  return JSON.parse(payload);
};

const newTraceId = (() => {
  let count = 0;
  return () => `1-${Math.floor(Date.now() / 1000).toString(16)}-${String(count++).padStart(24, '0')}`;
})();

const segmentsOf = async (id: string) => {
  const { Traces } = await xray.send(new BatchGetTracesCommand({ TraceIds: [id] }));
  return Traces?.[0]?.Segments?.map(({ Document = '' }) => JSON.parse(Document)) ?? [];
};

const around = () => ({
  StartTime: new Date(Date.now() - 60_000),
  EndTime: new Date(Date.now() + 60_000),
});
const idsFor = async (FilterExpression: string) => {
  const { TraceSummaries } = await xray.send(new GetTraceSummariesCommand({ ...around(), FilterExpression }));
  return TraceSummaries?.map(({ Id }) => Id);
};

test('a sampled invocation is whole: Lambda’s own segments, and within them what the function sends', async () => {
  const root = newTraceId();
  const parent = '00000000000000ff';
  const { header, enabled, daemon } = await invoke('traced', `Root=${root};Parent=${parent};Sampled=1`);
  expect([enabled, daemon]).toEqual([undefined, expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);

  const segments = await eventually(async () => {
    const found = await segmentsOf(root);
    return found.some(({ subsegments }) => subsegments !== undefined) ? found : undefined;
  });
  const [service, run] = segments;
  expect(segments).toHaveLength(2);
  expect(service).toMatchObject({
    origin: 'AWS::Lambda',
    parent_id: parent,
    http: { response: { status: 200 } },
  });
  expect(run).toMatchObject({
    origin: 'AWS::Lambda::Function',
    parent_id: service.id,
    subsegments: [{ name: '## handler', annotations: { orderId: 'ord_1' } }],
  });
  expect(header).toBe(`Root=${root};Parent=${run.id};Sampled=1`);
  expect(await idsFor('annotation.orderId = "ord_1" AND NOT fault')).toContain(root);
});

test('a failed invocation is a fault', async () => {
  const root = newTraceId();
  await invoke('traced', `Root=${root};Sampled=1`, { fails: true });
  expect(await segmentsOf(root)).toMatchObject([{ fault: true }, { fault: true }]);
  expect(await idsFor('fault')).toEqual([root]);
});

test('what is not to be sampled leaves nothing, and goes on like that', async () => {
  const root = newTraceId();
  const { header } = await invoke('traced', `Root=${root};Parent=00000000000000ff;Sampled=0`);
  expect(header).toMatch(new RegExp(`^Root=${root};Parent=[0-9a-f]{16};Sampled=0$`));
  expect(await segmentsOf(root)).toEqual([]);
});

test('a function without active tracing hands on what it was given, and is told to trace nothing', async () => {
  const given = `Root=${newTraceId()};Parent=00000000000000ff;Sampled=0`;
  expect(await invoke('quiet', given)).toEqual({ header: given, enabled: 'false' });
});

test('the header of an Invoke request counts', async () => {
  const root = newTraceId();
  const url = `${local.endpoint}/2015-03-31/functions/emporium-shop-local-traced/invocations`;
  const response = await fetchSigned(url, {
    service: 'lambda',
    body: '{}',
    headers: { 'x-amzn-trace-id': `Root=${root};Sampled=1`, 'x-amz-invocation-type': 'Event' },
  });
  expect(response.status).toBe(202);
  await eventually(async () => (await segmentsOf(root)).length === 2 || undefined);
});

test('without the option no function is told of a daemon', async () => {
  const other = await begin(false);
  try {
    const root = newTraceId();
    const { enabled, daemon } = await invoke('traced', `Root=${root};Sampled=0`, {}, other);
    expect([enabled, daemon]).toEqual(['false', undefined]);
  } finally {
    await other.stop();
  }
});

test('segments by the API: what is none is named, the others are kept', async () => {
  const trace_id = newTraceId();
  const good = { id: '00000000000000bb', trace_id, name: 'edge', start_time: 1, end_time: 2 };
  const { UnprocessedTraceSegments } = await xray.send(
    new PutTraceSegmentsCommand({
      TraceSegmentDocuments: [
        JSON.stringify({ ...good, in_progress: true, end_time: undefined }),
        JSON.stringify({ ...good, id: 'short' }),
        '{',
        JSON.stringify(good),
      ],
    }),
  );
  expect(UnprocessedTraceSegments).toEqual([
    { Id: 'short', ErrorCode: 'InvalidSegment', Message: 'id must be 16 hexadecimal digits' },
    { ErrorCode: 'InvalidSegment', Message: 'Segment document is not JSON' },
  ]);
  expect(await segmentsOf(trace_id)).toEqual([good]);
  expect(await idsFor('service("edge")')).toEqual([trace_id]);
});

test('a datagram that is none of the daemon’s protocol changes nothing', async () => {
  const { daemon = '' } = await invoke('traced', `Root=${newTraceId()};Sampled=0`);
  const socket = createSocket('udp4');
  const port = Number(daemon.split(':')[1]);
  const send = (text: string) => new Promise((resolve) => socket.send(text, port, '127.0.0.1', resolve));
  const trace_id = newTraceId();
  const document = { id: '00000000000000cc', trace_id, name: 'late', start_time: 1, end_time: 2 };
  await send(JSON.stringify({ ...document, name: 'without a header' }));
  await send('{"format":"json","version":1}\nnot JSON');
  await send(`{"format": "json", "version": 1}\n${JSON.stringify(document)}`);
  socket.close();
  expect(
    await eventually(async () => {
      const found = await segmentsOf(trace_id);
      return found.length > 0 ? found : undefined;
    }),
  ).toEqual([document]);
  expect(log.lines).toContain('warn xray a segment is left out: Segment document is not JSON');
});

test('the sampling rules of the templates, and the default one', async () => {
  const { SamplingRuleRecords } = await xray.send(new GetSamplingRulesCommand({}));
  expect(SamplingRuleRecords?.map(({ SamplingRule }) => SamplingRule)).toMatchObject([
    { RuleName: 'checkout', FixedRate: 1, ReservoirSize: 5 },
    { RuleName: 'Default', FixedRate: 0.05, ReservoirSize: 1, Priority: 10_000 },
  ]);
  const asked = (RuleName: string) => ({
    RuleName,
    ClientID: '0'.repeat(24),
    Timestamp: new Date(),
    RequestCount: 1,
    SampledCount: 1,
  });
  const answer = await xray.send(
    new GetSamplingTargetsCommand({ SamplingStatisticsDocuments: [asked('checkout'), asked('none')] }),
  );
  expect(answer).toMatchObject({
    SamplingTargetDocuments: [{ RuleName: 'checkout', ReservoirQuota: 5 }],
    UnprocessedStatistics: [{ RuleName: 'none' }],
  });
});

test('bad questions are refused', async () => {
  const failure = (promise: Promise<unknown>) => promise.catch(({ name, message }) => `${name}: ${message}`);
  expect(await failure(idsFor('annotation.x ='))).toMatch(
    /^InvalidRequestException: Invalid filter expression/,
  );
  const { StartTime, EndTime } = around();
  const turned = new GetTraceSummariesCommand({ StartTime: EndTime, EndTime: StartTime });
  expect(await failure(xray.send(turned))).toMatch(/^InvalidRequestException/);
});
