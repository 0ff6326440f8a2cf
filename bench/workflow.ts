import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '../packages/local/src/index.ts';
import { functionForTest, packageForTest } from '../packages/local/src/test-cloud.ts';
import { type Percentiles, percentiles, timed } from './statistics.ts';

const RUNS = 200;
const TASKS = ['one', 'two', 'three', 'four', 'five'];

const states = Object.fromEntries(
  TASKS.map((name, index) => {
    const next = TASKS[index + 1];
    const task = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: `emporium-shop-local-${name}`, Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
      ...(next === undefined ? { End: true } : { Next: next }),
    };
    return [name, task];
  }),
);

const template = () =>
  packageForTest({
    resources: {
      ...Object.assign({}, ...TASKS.map((name) => functionForTest(name))),
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'workflow',
          AssumeRolePolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Action: 'sts:AssumeRole',
                Principal: { Service: 'states.amazonaws.com' },
              },
            ],
          },
          Policies: [
            {
              PolicyName: 'invoke',
              PolicyDocument: {
                Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
              },
            },
          ],
        },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'five-tasks',
          RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
          DefinitionString: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: TASKS[0], States: states }),
        },
      },
    },
    functions: Object.fromEntries(
      TASKS.map((name) => [name, 'exports.handler = async (event) => ({ count: event.count + 1 });']),
    ),
  });

/** From StartExecution to its end, for a workflow of five functions that do next to nothing. */
export const measureWorkflow = async (): Promise<Percentiles> => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'emporium-bench-'));
  const { cloud, stop } = await startLocal({ templates: [template()], dataFolder, port: 0 });
  const root = { kind: 'root' } as const;
  const [machine] = cloud.ofType('AWS::StepFunctions::StateMachine');
  const run = async () => {
    const { executionArn } = await cloud.call<{ executionArn: string }>(root, 'states', 'StartExecution', {
      stateMachineArn: machine?.arn,
      input: '{"count":0}',
    });
    for (;;) {
      const { status, output } = await cloud.call<{ status: string; output?: string }>(
        root,
        'states',
        'DescribeExecution',
        { executionArn },
      );
      if (status === 'SUCCEEDED' && output === '{"count":5}') return;
      if (status !== 'RUNNING') throw new Error(`the workflow ended as ${status}: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  try {
    await run();
    const samples: number[] = [];
    for (let i = 0; i < RUNS; i++) samples.push((await timed(run)).took);
    return percentiles(samples.slice(RUNS / 10));
  } finally {
    await stop();
    rmSync(dataFolder, { recursive: true, force: true });
  }
};
