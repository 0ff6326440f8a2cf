import { describe, expect, test } from '@jest/globals';
import { output, run, typesOf } from './run-for-test.ts';

const only = (Output: unknown, input: unknown = {}) =>
  run({ Only: { Type: 'Pass', Output, End: true } }, input);

describe('an expression', () => {
  test.each<[string, unknown]>([
    ['{% 1 + 1 %}', 2],
    ['{%1%}', 1],
    ['{%  $states.input.a  %}', [1]],
    [' {% 1 %}', ' {% 1 %}'],
    ['{% 1 %} ', '{% 1 %} '],
    ['a {% 1 %}', 'a {% 1 %}'],
    ['{% 1', '{% 1'],
    ['$states.input', '$states.input'],
    ['$.a', '$.a'],
    ['', ''],
  ])('is %j only where nothing stands around the braces', async (Output, expected) => {
    expect((await only(Output, { a: [1] })).output).toEqual(expected);
  });

  test('may stand anywhere in a value', async () => {
    const Output = {
      plain: 1,
      nested: [['{% 1 %}'], { deep: '{% $states.input.n %}', 'key.$': '$.n' }],
      none: null,
    };
    expect((await only(Output, { n: 2 })).output).toEqual({
      plain: 1,
      nested: [[1], { deep: 2, 'key.$': '$.n' }],
      none: null,
    });
  });

  test.each<[string, unknown]>([
    ['$states.input.items', [1]],
    ['$states.input.items.n', undefined],
    ['$states.input.rows.n', [1, 2]],
    ['$states.input.one.n', 1],
    ['[$states.input.one.n]', [1]],
    ['$states.input.one[].n', [1]],
    ['$states.input.one.n[]', [1]],
    ['$states.input.empty', []],
    ['$states.input.rows[n > 1]', { n: 2 }],
    ['$states.input.rows[n > 0].n', [1, 2]],
    ['$count($states.input.none)', 0],
    ['{"a": $states.input.none, "b": 1}', { b: 1 }],
    ['[1, $states.input.none, 2]', [1, 2]],
    ['$states.input.text.length', undefined],
  ])('%s gives what JSONata gives', async (expression, expected) => {
    const input = { items: [1], rows: [{ n: 1 }, { n: 2 }], one: [{ n: 1 }], empty: [], text: 'abc' };
    expect(await output(expression, input)).toEqual(expected);
  });

  test('sees what an earlier one made as plain data', async () => {
    const States = {
      A: { Type: 'Pass', Assign: { list: '{% $states.input.rows.n[] %}' }, Next: 'B' },
      B: {
        Type: 'Pass',
        Output: { same: '{% $list %}', first: '{% $list[0] %}', in: ['{% $list %}'] },
        End: true,
      },
    };
    expect((await run(States, { rows: [{ n: 1 }] })).output).toEqual({ same: [1], first: 1, in: [[1]] });
  });

  test.each<[string, unknown]>([
    ['1/0', 'Infinity'],
    ['[-1/0]', ['-Infinity']],
    ['{"k": 1e308*10}', { k: 'Infinity' }],
    ['1.0', 1],
    ['0.1', 0.1],
    ['-0', 0],
    ['1e20', 100_000_000_000_000_000_000],
    ['$string(1e20)', '100000000000000000000'],
    ['$string(1e21)', '1e+21'],
    ['null', null],
    ['$sort([3,1,2])', [1, 2, 3]],
    ['$match("ab12", /[0-9]+/).match', '12'],
    ['$replace("aab", /a+/, "x")', 'xb'],
    ['$now() = $now() and $millis() = $millis()', true],
  ])('%s gives %j', async (expression, expected) => {
    expect(await output(expression)).toEqual(expected);
  });

  test.each([['__proto__'], ['constructor'], ['toString']])('finds no %s in data', async (name) => {
    expect(await output(`$exists($states.input.${name})`, { a: 1 })).toBe(false);
    expect(await output(`$exists($lookup($states.input, "${name}"))`, { a: 1 })).toBe(false);
    const data = JSON.parse(`{"${name}": {"own": true}}`);
    const { output: kept } = await only({ all: '{% $states.input %}', made: `{% {"${name}": 1} %}` }, data);
    expect(JSON.stringify(kept)).toBe(JSON.stringify({ all: data, made: JSON.parse(`{"${name}":1}`) }));
    expect(({} as { own?: boolean }).own).toBeUndefined();
  });

  test('is not made from data', async () => {
    expect(await output('$states.input.text', { text: '{% 1 + 1 %}' })).toBe('{% 1 + 1 %}');
  });
});

describe('the functions that Step Functions adds', () => {
  test.each<[string, unknown]>([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1,2,3])', [[1, 2, 3]]],
    ['$partition([1,2,3], 1.9)', [[1], [2], [3]]],
    ['$range(0, 6, 2)', [0, 2, 4, 6]],
    ['$range(0, 7, 2)', [0, 2, 4, 6]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(3, 3, 1)', 3],
    ['$count($range(1, 360145, 1))', 360_145],
    ['$exists($range(5, 1, 1)) or $exists($range(1, 5)) or $exists($partition([], 2))', false],
    ['$hash("input", "MD5")', 'a43c1b0aa53a0c908810c06ab1ff3967'],
    ['$hash("input", "SHA-1")', '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'],
    ['$hash("", "SHA-256")', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['$length($hash("input", "SHA-384"))', 96],
    ['$length($hash("input", "SHA-512"))', 128],
    ['$random(42)', 0.7275636800328681],
    ['$random() < 1', true],
    ['$parse("{\\"a\\":[1]}").a', [1]],
    ['$parse("null")', null],
    ['$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)', true],
  ])('%s', async (expression, expected) => {
    expect(await output(expression)).toEqual(expected);
  });
});

const terms = (count: number) => Array(count).fill('1').join('+');

describe('an expression that fails', () => {
  test.each([
    ['$abs("x")', '. T0410: Argument 1 of function "abs" does not match function signature'],
    ['$sum("a")', '. T0412: Argument 1 of function "sum" must be an array of "numbers"'],
    ['$eval("1")', '. T1006: Attempted to invoke a non-function'],
    ['$states.input()', '. T1006: Attempted to invoke a non-function'],
    ['1 + "a"', '. T2002: The right side of the "+" operator must evaluate to a number'],
    ['$partition([1], -1)', '. D3137: Second argument must be zero or greater'],
    ['$hash("a", "md5")', '. D3137: '],
    ['$parse("not json")', '. D3137: '],
    ['$uuid(1)', '. T0410: '],
    ['$error("mine")', '. D3137: mine'],
    [
      '$range(1, 360146, 1)',
      ': Expression evaluation memory limit exceeded: Check for excessive memory usage',
    ],
    [
      '[1..873783] ~> $count()',
      ': Expression evaluation memory limit exceeded: Check for excessive memory usage',
    ],
    [
      terms(101),
      ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.',
    ],
  ])('%s says why', async (expression, why) => {
    const { cause } = await only({ v: `{% ${expression} %}` });
    const subject = `An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Output/v'`;
    expect(cause?.startsWith(`${subject} threw an error during evaluation${why}`)).toBe(true);
  });

  test('may nest as deep as on AWS, and hold as much', async () => {
    expect(await output(terms(100))).toBe(100);
    expect(await output('[1..873782] ~> $count()')).toBe(873_782);
  });

  test('is stopped when it would never end', async () => {
    const { cause } = await only('{% ($f := function($x){ $f($x+1) }; $f(1)) %}');
    expect(cause).toContain(
      'threw an error during evaluation: Expression evaluation timeout: Check for infinite loop',
    );
  });

  test.each([
    ['$nothing', 'returned nothing (undefined).'],
    ['$states.input.none', 'returned nothing (undefined).'],
    ['$states.input.none.deeper', 'returned nothing (undefined).'],
    ['function($x){ $x }', 'returned an unsupported result type.'],
    ['$fn := function($x){$x}', 'returned an unsupported result type.'],
    ['$sum', 'returned an unsupported result type.'],
    ['/ab/', 'returned an unsupported result type.'],
  ])('%s gives nothing that is data', async (expression, why) => {
    const result = await only(`{% ${expression} %}`);
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: `An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Output' ${why}`,
    });
    expect(typesOf(result.history)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'EvaluationFailed',
      'ExecutionFailed',
    ]);
  });

  test('has an event that says where', async () => {
    const { history, cause } = await only({ a: [{ b: '{% $none %}' }] });
    expect(history[2]).toEqual({
      id: 3,
      previousEventId: 2,
      timestamp: expect.any(Number),
      type: 'EvaluationFailed',
      evaluationFailedEventDetails: {
        error: 'States.QueryEvaluationError',
        cause,
        location: 'Output/a[0]/b',
        state: 'Only',
      },
    });
  });
});

describe('the context object', () => {
  test('has the execution, the state machine and the state, in this order', async () => {
    const context = (await output('$states.context', { a: 1 })) as Record<string, object>;
    expect(Object.keys(context)).toEqual(['Execution', 'StateMachine', 'State']);
    expect(Object.keys(context.Execution ?? {})).toEqual([
      'Id',
      'Input',
      'StartTime',
      'Name',
      'RoleArn',
      'RedriveCount',
    ]);
    expect(context.Execution).toMatchObject({ Input: { a: 1 }, RedriveCount: 0 });
    expect(context.State).toEqual({
      Name: 'Only',
      EnteredTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(context.StateMachine).toMatchObject({
      Id: expect.stringMatching(/^arn:aws:states:us-east-1:\d{12}:stateMachine:/),
    });
  });

  test('belongs to the state that is entered', async () => {
    const Output = { name: '{% $states.context.State.Name %}', before: '{% $states.input %}' };
    const { output: last } = await run({
      A: { Type: 'Pass', Output, Next: 'B' },
      B: { Type: 'Pass', Output, End: true },
    });
    expect(last).toEqual({ name: 'B', before: { name: 'A', before: {} } });
  });
});
