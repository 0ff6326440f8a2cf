import type { TaskContract } from '@emporium/contracts';
import { expect, test } from '@jest/globals';
import * as v from 'valibot';

/**
 * Tests what holds of every workflow step: it takes its sample event, answers as the contract says, and names the
 * field of an input that breaks it.
 *
 * @param run the step, in a world in which the sample succeeds.
 * @param untouched what must hold of that world after a refusal.
 *
 * @example
 * testTask(ReserveStock, event, (input) => handler(input, lambdaContext('reserveStock')));
 */
export const testTask = (
  contract: TaskContract,
  sample: object,
  run: (input: object) => Promise<unknown>,
  untouched: () => void = () => {},
): void => {
  test('takes the sample event', async () => {
    const output = await run(sample);
    expect(v.parse(contract.output, output)).toEqual(output);
  });

  test('names the field that breaks the contract', async () => {
    await expect(run({ ...sample, orderId: '../x' })).rejects.toMatchObject({
      name: 'InvalidTaskInput',
      message: expect.stringContaining('orderId'),
    });
    untouched();
  });
};
