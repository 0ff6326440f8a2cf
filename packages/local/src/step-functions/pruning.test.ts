import { afterEach, expect, test } from '@jest/globals';
import { fakeCloud, memoryStore, turn, until } from './fake-cloud.ts';
import { ARN, echo, machine, open, stopAll } from './module-for-test.ts';
import { createPruning } from './pruning.ts';

afterEach(stopAll);

const DAY = 86_400_000;

test('forgets all but the newest executions, once they are a day old', async () => {
  const States = { A: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', End: true } };
  const store = memoryStore();
  const { ask, ended } = await open(fakeCloud([machine(States)], echo, store));
  const begin = async (name: string, seconds = 0) =>
    (await ask('StartExecution', { stateMachineArn: ARN, name, input: JSON.stringify({ seconds }) }))
      .executionArn;
  const running = await begin('running', 60);
  for (const name of ['a', 'b', 'c']) await ended(await begin(name));
  const names = () => store.list<{ name: string }>('execution/').map(({ value }) => value.name);

  const young = createPruning(store, { kept: 1 });
  for (let count = 0; count < 5; count++) await turn();
  young.stop();
  expect(names()).toEqual(['a', 'b', 'c', 'running']);

  const old = createPruning(store, { kept: 1, now: () => Date.now() + 2 * DAY });
  await until(() => names().length === 2);
  for (let count = 0; count < 5; count++) await turn();
  old.stop();
  expect(names()).toEqual(['c', 'running']);
  expect(new Set(store.list('log/').map(({ key }) => key.split('/')[1]))).toEqual(
    new Set([running, `${ARN.replace('stateMachine', 'execution')}:c`]),
  );
  expect(store.list('closed/')).toHaveLength(1);
});

test('an execution that was redriven is forgotten by its last end', async () => {
  const store = memoryStore();
  const { ask, ended } = await open(fakeCloud([machine({ A: { Type: 'Fail' } })], echo, store));
  const { executionArn } = await ask('StartExecution', { stateMachineArn: ARN });
  const { stopDate } = await ended(executionArn);
  await until(() => Date.now() > stopDate * 1000);
  await ask('RedriveExecution', { executionArn });
  await ended(executionArn);
  const pruning = createPruning(store, { kept: 1, now: () => Date.now() + 2 * DAY });
  await until(() => store.list('closed/').length === 1);
  pruning.stop();
  expect(await ask('DescribeExecution', { executionArn })).toMatchObject({ redriveCount: 1 });
});
