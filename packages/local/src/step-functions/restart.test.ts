import { afterEach, expect, test } from '@jest/globals';
import { type FakeCall, fakeCloud, memoryStore, turn, until } from './fake-cloud.ts';
import { ARN, echo, machine, open, stopAll, task } from './module-for-test.ts';

afterEach(stopAll);

test('goes on after a restart without repeating what was done', async () => {
  const store = memoryStore();
  const calls: string[] = [];
  let stuck = true;
  const answer = (call: FakeCall) => {
    const { FunctionName } = call.input as { FunctionName: string };
    calls.push(FunctionName);
    return FunctionName === 'second' && stuck ? new Promise(() => undefined) : echo(call);
  };
  const States = {
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'A',
          States: {
            A: task('first', { Assign: { v: 7 }, Next: 'B' }),
            B: task('second', { Output: '{% $v %}', End: true }),
          },
        },
        { StartAt: 'C', States: { C: task('other', { End: true }) } },
      ],
      Next: 'Last',
    },
    Last: task('last', { End: true }),
  };
  const first = await open(fakeCloud([machine(States)], answer, store));
  const { executionArn } = await first.ask('StartExecution', {
    stateMachineArn: ARN,
    name: 'ord_1',
    input: '{}',
  });
  await until(() => calls.includes('second') && calls.includes('other'));
  await until(() => store.list('log/').length >= 5);
  await first.module.stop();

  stuck = false;
  calls.length = 0;
  const second = await open(fakeCloud([machine({ Changed: { Type: 'Fail' } })], answer, store));
  expect(await second.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[7,{}]' });
  expect(calls).toEqual(['second', 'last']);
  const { events } = await second.ask('GetExecutionHistory', { executionArn });
  const ids = events.map(({ id }: { id: number }) => id);
  expect(ids).toEqual(ids.map((_: number, at: number) => at + 1));
});

test('does not repeat the iterations of a map that ended before a restart', async () => {
  const store = memoryStore();
  const calls: unknown[] = [];
  let stuck = true;
  const answer = ({ input }: FakeCall) => {
    const payload = JSON.parse((input as { Payload: string }).Payload);
    calls.push(payload);
    if (payload === 2 && stuck) return new Promise(() => undefined);
    if (payload === 1) return { StatusCode: 200, FunctionError: 'Unhandled', Payload: '{"errorType":"Bad"}' };
    return { StatusCode: 200, Payload: String(payload * 10) };
  };
  const ItemProcessor = { StartAt: 'Work', States: { Work: task('f', { End: true }) } };
  const States = {
    Each: { Type: 'Map', Items: [1, 2, 3], ItemProcessor, ToleratedFailureCount: 1, End: true },
  };
  const first = await open(fakeCloud([machine(States)], answer, store));
  const { executionArn } = await first.ask('StartExecution', { stateMachineArn: ARN });
  const ended = () =>
    store.list<{ frame?: { done?: unknown } }>('log/').filter(({ value }) => value.frame?.done);
  await until(() => ended().length === 2);
  await first.module.stop();

  stuck = false;
  calls.length = 0;
  const second = await open(fakeCloud([machine(States)], answer, store));
  expect(await second.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[20,30]' });
  expect(calls).toEqual([2]);
});

test('an interrupted wait ends when it would have', async () => {
  const store = memoryStore();
  const States = { A: { Type: 'Wait', Seconds: 1, End: true } };
  const first = await open(fakeCloud([machine(States)], echo, store));
  const { executionArn } = await first.ask('StartExecution', { stateMachineArn: ARN });
  const resumeAt = () => store.list<{ frame: { resumeAt?: number } }>('log/').at(-1)?.value.frame.resumeAt;
  const end = await until(resumeAt);
  await first.module.stop();
  const second = await open(fakeCloud([machine(States)], echo, store));
  const { stopDate } = await second.ended(executionArn);
  expect(stopDate * 1000).toBeGreaterThanOrEqual(end);
  expect(stopDate * 1000).toBeLessThan(end + 500);
});

/** Runs an execution to its end, and gives what the store held after each write. */
const record = async (
  States: Record<string, object>,
  answer: (call: FakeCall) => unknown,
  steps: (api: Awaited<ReturnType<typeof open>>) => Promise<unknown>,
) => {
  const moments: ReadonlyMap<string, string>[] = [];
  const store = memoryStore(new Map(), (entries) => void moments.push(new Map(entries)));
  const api = await open(fakeCloud([machine(States)], answer, store));
  await steps(api);
  await api.module.stop();
  return moments;
};

const EXECUTION = `${ARN.replace('stateMachine', 'execution')}:ord_1`;

test('ends as it would have, whichever write a crash comes after', async () => {
  const ItemProcessor = { StartAt: 'Item', States: { Item: task('item', { End: true }) } };
  const States = {
    A: task('a', { Assign: { kept: '{% $states.result.Payload.n %}' }, Next: 'Each' }),
    Each: { Type: 'Map', Items: [1, 2, 3], ItemProcessor, Next: 'Pause' },
    Pause: { Type: 'Wait', Seconds: 0, Next: 'B' },
    B: task('b', { Output: { kept: '{% $kept %}', items: '{% $states.input %}' }, End: true }),
  };
  const start = { stateMachineArn: ARN, name: 'ord_1', input: '{"n":7}' };
  const moments = await record(States, echo, async ({ ask, ended }) => {
    await ask('StartExecution', start);
    await ended(EXECUTION);
  });
  expect(moments.length).toBeGreaterThan(8);
  for (const moment of moments) {
    const calls: string[] = [];
    const answer = (call: FakeCall) => {
      calls.push((call.input as { FunctionName: string }).FunctionName);
      return echo(call);
    };
    const again = await open(fakeCloud([machine(States)], answer, memoryStore(moment)));
    const known = moment.has(`execution/${EXECUTION}`);
    if (!known) await again.ask('StartExecution', start);
    const { status, output } = await again.ended(EXECUTION);
    expect([status, JSON.parse(output)]).toEqual(['SUCCEEDED', { kept: 7, items: [1, 2, 3] }]);
    const events = await again.events(EXECUTION);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, at) => at + 1));
    // A task that was under way is done again, but each state is left once.
    expect(events.filter(({ type }) => type === 'TaskStateExited')).toHaveLength(5);
    expect(calls.filter((name) => name === 'b').length).toBeLessThanOrEqual(1);
    await again.module.stop();
  }
});

test('a redrive holds from the moment on at which it is written', async () => {
  let works = false;
  const answer = (call: FakeCall) =>
    works ? echo(call) : { StatusCode: 200, FunctionError: 'Unhandled', Payload: '{"errorType":"Down"}' };
  const States = { A: task('a', { End: true }) };
  const moments = await record(States, answer, async ({ ask, ended }) => {
    await ask('StartExecution', { stateMachineArn: ARN, name: 'ord_1' });
    await ended(EXECUTION);
    works = true;
    await ask('RedriveExecution', { executionArn: EXECUTION });
    await ended(EXECUTION);
  });
  const redriven = moments.filter((moment) =>
    (moment.get(`execution/${EXECUTION}`) ?? '').includes('redriveDate'),
  );
  expect(redriven.length).toBeGreaterThan(1);
  for (const moment of redriven) {
    const again = await open(fakeCloud([machine(States)], answer, memoryStore(moment)));
    expect(await again.ended(EXECUTION)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    const types = (await again.events(EXECUTION)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ExecutionRedriven')).toHaveLength(1);
    expect(types.at(-1)).toBe('ExecutionSucceeded');
    await again.module.stop();
  }
});

/** A store on a disk that is full from the given write on, until `free` is called. */
const fullDisk = (after: number) => {
  const store = memoryStore();
  let left = after;
  const take = () => {
    if (left-- <= 0) throw new Error('database or disk is full');
  };
  return {
    store: {
      ...store,
      put: (key: string, value: unknown) => {
        take();
        store.put(key, value);
      },
      batch: (writes: Parameters<typeof store.batch>[0]) => {
        take();
        store.batch(writes);
      },
    },
    free: () => {
      left = Number.POSITIVE_INFINITY;
    },
  };
};

test('a start that cannot be written fails, and can be made again', async () => {
  // The machine's creation date and the definition are written before.
  const { store, free } = fullDisk(2);
  const { ask, ended } = await open(fakeCloud([machine({ A: task('a', { End: true }) })], echo, store));
  const start = { stateMachineArn: ARN, name: 'ord_1' };
  await expect(ask('StartExecution', start)).rejects.toThrow('disk is full');
  await turn();
  free();
  await ask('StartExecution', start);
  expect(await ended(EXECUTION)).toMatchObject({ status: 'SUCCEEDED' });
});

test.each([3, 4])(
  'an execution that meets a full disk at write %i goes on after a restart',
  async (after) => {
    const States = { A: task('a', { Next: 'B' }), B: task('b', { End: true }) };
    const { store, free } = fullDisk(after);
    const cloud = fakeCloud([machine(States)], echo, store);
    const first = await open(cloud);
    await first.ask('StartExecution', { stateMachineArn: ARN, name: 'ord_1' });
    await until(() => cloud.logged.some((line) => line.includes('disk is full')));
    expect(await first.ask('DescribeExecution', { executionArn: EXECUTION })).toMatchObject({
      status: 'RUNNING',
    });
    await first.module.stop();
    free();
    const second = await open(fakeCloud([machine(States)], echo, store));
    expect(await second.ended(EXECUTION)).toMatchObject({ status: 'SUCCEEDED' });
  },
);
