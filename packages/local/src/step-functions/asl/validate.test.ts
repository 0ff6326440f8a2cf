import { describe, expect, test } from '@jest/globals';
import { LAMBDA, machine, type StateTable } from './run-for-test.ts';
import { parseDefinition } from './validate.ts';

const problemsOf = (definition: unknown): readonly string[] => {
  try {
    parseDefinition(definition);
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
};
const problems = (States: StateTable, more: object = {}) => problemsOf(machine(States, more));

const pass = (more: object = {}) => ({ Type: 'Pass', End: true, ...more });
const task = (more: object = {}) => ({ Type: 'Task', Resource: LAMBDA, End: true, ...more });
const SCHEMA = 'SCHEMA_VALIDATION_FAILED:';

test('names every problem in one error, as AWS words it', () => {
  const definition = machine({ pass1: { Type: 'Pass', Next: 'pass3' }, pass2: pass() });
  expect(() => parseDefinition(definition)).toThrow(
    expect.objectContaining({
      name: 'InvalidDefinition',
      message:
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next, MISSING_TRANSITION_TARGET: State \"pass2\" is not reachable. at /States/pass2'",
    }),
  );
});

test.each<[string, unknown, string]>([
  ['{', '{', 'INVALID_JSON_DESCRIPTION: '],
  ['an array', [], `${SCHEMA} Definition must be a valid JSON object at null`],
  ['null', 'null', `${SCHEMA} Definition must be a valid JSON object at null`],
  ['nothing', undefined, `${SCHEMA} Definition must be a valid JSON object at null`],
  ['{}', {}, `${SCHEMA} These fields are required: [States, StartAt] at /`],
  [
    'no StartAt',
    { QueryLanguage: 'JSONata', States: { A: pass() } },
    `${SCHEMA} These fields are required: [StartAt] at /`,
  ],
  ['a long one', ' '.repeat(1_048_577), `${SCHEMA} Definition must have at most 1048576 characters at null`],
])('refuses %s', (_, definition, problem) => {
  expect(problemsOf(definition)[0]).toContain(problem);
});

test('refuses a definition that contains itself', () => {
  const definition: Record<string, unknown> = machine({ A: pass() });
  definition.Comment = definition;
  expect(problemsOf(definition)[0]).toMatch(/^INVALID_JSON_DESCRIPTION: /);
});

describe('the query language', () => {
  test.each<[string, unknown, readonly string[]]>([
    [
      'JSONPath in a JSONata machine',
      machine({ A: pass({ QueryLanguage: 'JSONPath', Output: 1 }) }),
      [
        `${SCHEMA} 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A`,
      ],
    ],
    [
      'another name for a state',
      machine({ A: pass({ QueryLanguage: 'jsonata', Output: '{% 1 %}' }) }),
      [`${SCHEMA} Value should be one of the following: [JSONPath, JSONata] at /States/A/QueryLanguage`],
    ],
    [
      'another name for the machine',
      machine({ A: pass() }, { QueryLanguage: 'jsonpath' }),
      [`${SCHEMA} Value should be one of the following: [JSONPath, JSONata] at /QueryLanguage`],
    ],
    [
      'a number',
      machine({ A: pass() }, { QueryLanguage: 5 }),
      [`${SCHEMA} Expected value of type [STRING] at /QueryLanguage`],
    ],
    [
      'a JSONPath state with fields of its own',
      { StartAt: 'A', States: { A: pass({ InputPath: '$.a' }) } },
      ['UNSUPPORTED: JSONPath states do not run here; set "QueryLanguage": "JSONata" at /States/A'],
    ],
    [
      'a JSONPath Choice',
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'B' }] },
          B: pass(),
        },
      },
      ['UNSUPPORTED: JSONPath states do not run here; set "QueryLanguage": "JSONata" at /States/A'],
    ],
    [
      'braces in a JSONPath state, which are text there',
      { StartAt: 'A', States: { A: { Type: 'Fail', Cause: '{% 1 %}' } } },
      ['UNSUPPORTED: JSONPath states do not run here; set "QueryLanguage": "JSONata" at /States/A'],
    ],
    [
      'a Map’s for the states in it',
      machine({
        M: {
          Type: 'Map',
          ItemProcessor: { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: pass() } },
          End: true,
        },
      }),
      [`${SCHEMA} Field 'QueryLanguage' is not supported at /States/M/ItemProcessor`],
    ],
    [
      'a branch’s',
      machine({
        P: {
          Type: 'Parallel',
          Branches: [{ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: pass() } }],
          End: true,
        },
      }),
      [`${SCHEMA} Field 'QueryLanguage' is not supported at /States/P/Branches[0]`],
    ],
  ])('may not be %s', (_, definition, expected) => {
    expect(problemsOf(definition)).toEqual(expected);
  });

  test('may be set state by state, and left out where it makes no difference', () => {
    const States = {
      A: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% 1 %}', Next: 'B' },
      B: { Type: 'Pass', Next: 'C' },
      C: { Type: 'Fail', Error: 'E', Cause: 'why' },
    };
    expect(problemsOf({ StartAt: 'A', States })).toEqual([]);
  });
});

describe('fields', () => {
  const types: readonly [string, object][] = [
    ['Pass', pass()],
    ['Wait', { Type: 'Wait', Seconds: 1, End: true }],
    ['Succeed', { Type: 'Succeed' }],
    ['Fail', { Type: 'Fail' }],
    ['Choice', { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }] }],
    ['Map', { Type: 'Map', ItemProcessor: { StartAt: 'I', States: { I: pass() } }, End: true }],
    ['Parallel', { Type: 'Parallel', Branches: [{ StartAt: 'I', States: { I: pass() } }], End: true }],
  ];
  test.each(types)('%s has no TimeoutSeconds', (type, state) => {
    const others: StateTable = type === 'Choice' ? { B: pass() } : {};
    expect(problems({ A: { ...state, TimeoutSeconds: 5 }, ...others })).toEqual([
      `${SCHEMA} Field 'TimeoutSeconds' is not supported at /States/A`,
    ]);
  });

  test.each<[string, object, string]>([
    ['Catch on Pass', pass({ Catch: [] }), "Field 'Catch' is not supported at /States/A"],
    [
      'Retry on Wait',
      { Type: 'Wait', Seconds: 1, End: true, Retry: [] },
      "Field 'Retry' is not supported at /States/A",
    ],
    ['Assign on Succeed', { Type: 'Succeed', Assign: {} }, "Field 'Assign' is not supported at /States/A"],
    ['Output on Fail', { Type: 'Fail', Output: 1 }, "Field 'Output' is not supported at /States/A"],
    ['Next on Fail', { Type: 'Fail', Next: 'A' }, "Field 'Next' is not supported at /States/A"],
    ['a misspelt one', pass({ Ouput: 1 }), "Field 'Ouput' is not supported at /States/A"],
    ['none for the Type', { End: true }, 'These fields are required: [Type] at /States/A'],
    [
      'another Type',
      { Type: 'Loop', End: true },
      'Value should be one of the following: [Task, Parallel, Map, Choice, Wait, Pass, Succeed, Fail] at /States/A/Type',
    ],
    ['no Resource', { Type: 'Task', End: true }, 'These fields are required: [Resource] at /States/A'],
    [
      'a Resource that is none',
      task({ Resource: 5 }),
      'Expected value of type [STRING] at /States/A/Resource',
    ],
    ['neither Next nor End', { Type: 'Pass' }, 'needs either Next or "End": true at /States/A'],
    [
      'both',
      { Type: 'Pass', Next: 'A', End: true },
      'There should only be one of the following fields: [Next, End] at /States/A',
    ],
    ['no time to wait', { Type: 'Wait', End: true }, 'needs either Seconds or Timestamp at /States/A'],
    [
      'two times to wait',
      { Type: 'Wait', Seconds: 1, Timestamp: '2020-01-01T00:00:00Z', End: true },
      'There should only be one of the following fields: [Seconds, Timestamp] at /States/A',
    ],
    ['Seconds below 0', { Type: 'Wait', Seconds: -1, End: true }, 'Minimum value is 0 at /States/A/Seconds'],
    [
      'Seconds as text',
      { Type: 'Wait', Seconds: '1', End: true },
      'Expected value of type [NUMBER] at /States/A/Seconds',
    ],
    [
      'a Timestamp without a zone',
      { Type: 'Wait', Timestamp: '2016-12-05T21:29:29', End: true },
      'String does not match RFC3339 timestamp at /States/A/Timestamp',
    ],
    ['TimeoutSeconds of 0', task({ TimeoutSeconds: 0 }), 'Minimum value is 1 at /States/A/TimeoutSeconds'],
    [
      'too many TimeoutSeconds',
      task({ TimeoutSeconds: 1e8 }),
      'Maximum value is 99999999 at /States/A/TimeoutSeconds',
    ],
    [
      'HeartbeatSeconds as long as TimeoutSeconds',
      task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      'HeartbeatSeconds must be smaller than TimeoutSeconds at /States/A/HeartbeatSeconds',
    ],
    [
      'no branches',
      { Type: 'Parallel', Branches: [], End: true },
      'Expected a non-empty array at /States/A/Branches',
    ],
    ['no processor', { Type: 'Map', End: true }, 'These fields are required: [ItemProcessor] at /States/A'],
    [
      'no rules',
      { Type: 'Choice', Choices: [], Default: 'A' },
      'Expected a non-empty array at /States/A/Choices',
    ],
    [
      'a condition that is a plain string',
      { Type: 'Choice', Choices: [{ Condition: 'true', Next: 'A' }] },
      'Expected a JSONata expression or a boolean at /States/A/Choices[0]/Condition',
    ],
    [
      'a rule without Next',
      { Type: 'Choice', Choices: [{ Condition: true }], Default: 'A' },
      'These fields are required: [Next] at /States/A/Choices[0]',
    ],
  ])('may not be %s', (_, state, problem) => {
    expect(problems({ A: state })).toContain(`${SCHEMA} ${problem}`);
  });

  test.each(['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'Result'])(
    '%s is JSONPath’s alone',
    (field) => {
      expect(problems({ A: pass({ [field]: '$.a' }) })).toEqual([
        `${SCHEMA} The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage at /States/A`,
      ]);
    },
  );

  test('of a JSONPath rule are named', () => {
    const A = { Type: 'Choice', Choices: [{ Condition: true, Variable: '$.a', Next: 'B' }] };
    expect(problems({ A, B: pass() })).toEqual([
      `${SCHEMA} The QueryLanguage is set to 'JSONata', but field 'Variable' is only supported for the 'JSONPath' QueryLanguage at /States/A/Choices[0]`,
    ]);
  });

  const map = (more: object) => ({
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: { I: pass() } },
    End: true,
    ...more,
  });
  test.each<[object, string]>([
    [{ MaxConcurrency: -1 }, `${SCHEMA} Minimum value is 0 at /States/M/MaxConcurrency`],
    [{ MaxConcurrency: 1.5 }, `${SCHEMA} Expected value of type [INTEGER] at /States/M/MaxConcurrency`],
    [{ ToleratedFailureCount: -1 }, `${SCHEMA} Minimum value is 0 at /States/M/ToleratedFailureCount`],
    [
      { ToleratedFailurePercentage: -1 },
      `${SCHEMA} Minimum value is 0.0 at /States/M/ToleratedFailurePercentage`,
    ],
    [
      { ToleratedFailurePercentage: 101 },
      `${SCHEMA} Maximum value is 100.0 at /States/M/ToleratedFailurePercentage`,
    ],
    [{ ItemReader: {} }, `${SCHEMA} Field 'ItemReader' is not supported at /States/M`],
    [{ ItemBatcher: {} }, `${SCHEMA} Field 'ItemBatcher' is not supported at /States/M`],
    [{ ResultWriter: {} }, `${SCHEMA} Field 'ResultWriter' is not supported at /States/M`],
    [{ Label: 'l' }, `${SCHEMA} Field 'Label' is not supported at /States/M`],
    [
      { ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'I', States: { I: pass() } } },
      'UNSUPPORTED: distributed maps do not run here; set "Mode": "INLINE" at /States/M/ItemProcessor/ProcessorConfig/Mode',
    ],
  ])('of an inline map may not be %j', (more, problem) => {
    expect(problems({ M: map(more) })).toEqual([problem]);
  });

  test('of a map may be expressions, fractions and any concurrency', () => {
    const more = {
      MaxConcurrency: 2 ** 53,
      ToleratedFailureCount: '{% 1 %}',
      ToleratedFailurePercentage: 12.5,
    };
    expect(problems({ M: map(more) })).toEqual([]);
  });

  test.each<[object, string]>([
    [{ TimeoutSeconds: 0 }, 'Minimum value is 1 at /TimeoutSeconds'],
    [{ TimeoutSeconds: '{% 1 %}' }, 'Expected value of type [NUMBER] at /TimeoutSeconds'],
    [{ Timeout: 1 }, "Field 'Timeout' is not supported at /"],
  ])('of the machine may not be %j', (more, problem) => {
    expect(problems({ A: pass() }, more)).toEqual([`${SCHEMA} ${problem}`]);
  });

  test('of the machine may be Comment, Version and TimeoutSeconds', () => {
    expect(
      problems({ A: pass({ Comment: '{% none %}' }) }, { Comment: 'c', Version: '1.0', TimeoutSeconds: 1 }),
    ).toEqual([]);
  });
});

describe('recovery', () => {
  test.each<[object, string]>([
    [{ Retry: {} }, 'Expected value of type [ARRAY] at /States/A/Retry'],
    [{ Retry: [1] }, 'Expected value of type [OBJECT] at /States/A/Retry[0]'],
    [{ Retry: [{}] }, 'These fields are required: [ErrorEquals] at /States/A/Retry[0]'],
    [
      { Retry: [{ ErrorEquals: [] }] },
      'Expected a non-empty array of error names at /States/A/Retry[0]/ErrorEquals',
    ],
    [
      { Retry: [{ ErrorEquals: ['States.ALL', 'B'] }] },
      'States.ALL must stand alone, in the last place at /States/A/Retry[0]/ErrorEquals',
    ],
    [
      { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['B'] }] },
      'States.ALL must stand alone, in the last place at /States/A/Retry[0]/ErrorEquals',
    ],
    [
      { Retry: [{ ErrorEquals: ['B'], IntervalSeconds: 0 }] },
      'Minimum value is 1 at /States/A/Retry[0]/IntervalSeconds',
    ],
    [
      { Retry: [{ ErrorEquals: ['B'], MaxAttempts: -1 }] },
      'Minimum value is 0 at /States/A/Retry[0]/MaxAttempts',
    ],
    [
      { Retry: [{ ErrorEquals: ['B'], BackoffRate: 0.9 }] },
      'Minimum value is 1.0 at /States/A/Retry[0]/BackoffRate',
    ],
    [
      { Retry: [{ ErrorEquals: ['B'], MaxDelaySeconds: 31_622_401 }] },
      'Maximum value is 31622400 at /States/A/Retry[0]/MaxDelaySeconds',
    ],
    [
      { Retry: [{ ErrorEquals: ['B'], JitterStrategy: 'SOME' }] },
      'Value should be one of the following: [FULL, NONE] at /States/A/Retry[0]/JitterStrategy',
    ],
    [
      { Retry: [{ ErrorEquals: ['B'], Interval: 1 }] },
      "Field 'Interval' is not supported at /States/A/Retry[0]",
    ],
    [{ Catch: [{ ErrorEquals: ['B'] }] }, 'These fields are required: [Next] at /States/A/Catch[0]'],
    [
      { Catch: [{ ErrorEquals: ['B'], Next: 'B', ResultPath: '$.e' }] },
      "Field 'ResultPath' is not supported at /States/A/Catch[0]",
    ],
  ])('may not be %j', (more, problem) => {
    expect(problems({ A: { ...task(more), Next: 'B', End: undefined }, B: pass() })).toEqual([
      `${SCHEMA} ${problem}`,
    ]);
  });
});

describe('transitions', () => {
  const TARGET = 'MISSING_TRANSITION_TARGET:';
  const rule = (Next: string) => ({ Condition: true, Next });
  test.each<[string, StateTable, readonly string[]]>([
    [
      'a Default to nowhere',
      { A: { Type: 'Choice', Choices: [rule('Z')], Default: 'Ghost' }, Z: pass() },
      [`${TARGET} Missing 'Next' target: Ghost at /States/A/Default`],
    ],
    [
      'a rule to nowhere',
      { A: { Type: 'Choice', Choices: [rule('Ghost')], Default: 'Z' }, Z: pass() },
      [`${TARGET} Missing 'Next' target: Ghost at /States/A/Choices[0]/Next`],
    ],
    [
      'a catcher to nowhere',
      { A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Ghost' }] }) },
      [`${TARGET} Missing 'Next' target: Ghost at /States/A/Catch[0]/Next`],
    ],
    [
      'a state without an end that goes nowhere',
      { A: { Type: 'Pass', Next: 'NOPE' } },
      [
        `${TARGET} Missing 'Next' target: NOPE at /States/A/Next`,
        'MISSING_END_STATE: Workflow has no terminal state at null',
      ],
    ],
    [
      'a loop that never ends',
      { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' }, C: { Type: 'Pass', Next: 'A' } },
      ['MISSING_END_STATE: Workflow has no terminal state at null'],
    ],
    [
      'a state that nothing leads to',
      { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' }, 'a/b': pass() },
      [`${TARGET} State "a/b" is not reachable. at /States/a/b`],
    ],
    [
      'a state that nothing leads to, in a map',
      {
        M: { Type: 'Map', ItemProcessor: { StartAt: 'W', States: { W: pass(), Ghost: pass() } }, End: true },
      },
      [`${TARGET} State "Ghost" is not reachable. at /States/M/ItemProcessor/States/Ghost`],
    ],
    [
      'a beginning that is not there, in a branch',
      { P: { Type: 'Parallel', Branches: [{ StartAt: 'Nope', States: { W: pass() } }], End: true } },
      [
        `${TARGET} Missing 'Next' target: Nope at /States/P/Branches[0]/StartAt`,
        `${TARGET} State "W" is not reachable. at /States/P/Branches[0]/States/W`,
      ],
    ],
    [
      'a transition out of a branch',
      {
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'W', States: { W: { Type: 'Pass', Next: 'Out' } } }],
          Next: 'Out',
        },
        Out: pass(),
      },
      [`${TARGET} Missing 'Next' target: Out at /States/P/Branches[0]/States/W/Next`],
    ],
    [
      'a name twice',
      { A: { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: pass() } }], End: true } },
      ['DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A'],
    ],
    [
      'a name of 81 characters',
      { ['x'.repeat(81)]: pass() },
      [`${SCHEMA} State name exceeds 80 characters at /States/${'x'.repeat(81)}`],
    ],
  ])('may not have %s', (_, States, expected) => {
    expect(problems(States)).toEqual(expected);
  });

  test('may go in circles in a map, and be named like a property of every object', () => {
    const loop = { StartAt: 'X', States: { X: { Type: 'Pass', Next: 'Y' }, Y: { Type: 'Pass', Next: 'X' } } };
    expect(problems({ M: { Type: 'Map', ItemProcessor: loop, Next: 'toString' }, toString: pass() })).toEqual(
      [],
    );
    expect(problems({ A: { Type: 'Pass', Next: 'toString' } })[0]).toContain(
      "Missing 'Next' target: toString",
    );
  });
});

describe('expressions', () => {
  const INVALID = 'INVALID_JSONATA_EXPRESSION:';
  const UNSUPPORTED = 'UNSUPPORTED_JSONATA_EXPRESSION:';
  const inOutput = (expression: string) => problems({ E: pass({ Output: `{% ${expression} %}` }) });

  test.each([
    ['a[1,2)', 'Expected "]", got ","'],
    ['"unterminated', 'String literal must be terminated by a matching quote'],
    ['1 +', 'Unexpected end of expression'],
    ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
    ['$match("a", /abc', 'No terminating / in regular expression'],
    ['', 'Unexpected end of expression'],
  ])('refuses %s', (expression, message) => {
    expect(inOutput(expression)).toEqual([`${INVALID} ${message} at /States/E/Output`]);
  });

  test.each<[string, readonly string[]]>([
    ['phone', ["Reference to 'phone' at the top level is not supported."]],
    ['phone[0].number', ["Reference to 'phone' at the top level is not supported."]],
    [
      'aaa + bbb',
      [
        "Reference to 'aaa' at the top level is not supported.",
        "Reference to 'bbb' at the top level is not supported.",
      ],
    ],
    ['{aaa: 1}', ["Reference to 'aaa' at the top level is not supported."]],
    ['$map($states.input.a, function($x){ b })', ["Reference to 'b' at the top level is not supported."]],
    [
      '$x ? a : b',
      [
        "Reference to 'a' at the top level is not supported.",
        "Reference to 'b' at the top level is not supported.",
      ],
    ],
    ['$.phone', ["Reference to '$' at the top level is not supported."]],
    ['$$', ["Reference to '$$' is not supported."]],
    ['$states.errorOutput', ["Field '$states.errorOutput' does not exist."]],
    ['$states.result.Payload', ["Field '$states.result' does not exist."]],
    ['$states.inputs', ["Field '$states.inputs' does not exist."]],
  ])('refuses %s', (expression, messages) => {
    expect(inOutput(expression)).toEqual(
      messages.map((message) => `${UNSUPPORTED} ${message} at /States/E/Output`),
    );
  });

  test.each([
    ['$states.input.phone'],
    ['$states.input.items[phone > 3].{"number": number}'],
    ['$states.input.items^(>price).name'],
    ['$states.input.items{name: $sum(price)}'],
    ['$map($states.input.a, function($x){ $x.phone })'],
    ['$states.input ~> |items|{"price": price * 2}|'],
    ['$undefinedVariable'],
    ['($a := 1; $a + 1)'],
    ['$states'],
  ])('accepts %s', (expression) => {
    expect(inOutput(expression)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['Assign', pass({ Assign: { Next: '{% phone %}' } }), '/Assign/Next'],
    ['a nested Output', pass({ Output: { a: { b: ['{% phone %}'] } } }), '/Output/a/b[0]'],
    [
      'an Output named after fields',
      pass({ Output: { ItemProcessor: { Iterator: '{% phone %}' } } }),
      '/Output/ItemProcessor/Iterator',
    ],
    ['Arguments', task({ Arguments: { Payload: { Comment: '{% phone %}' } } }), '/Arguments/Payload/Comment'],
    ['TimeoutSeconds', task({ TimeoutSeconds: '{% phone %}' }), '/TimeoutSeconds'],
    ['Credentials', task({ Credentials: { RoleArn: '{% phone %}' } }), '/Credentials/RoleArn'],
    ['Seconds', { Type: 'Wait', Seconds: '{% phone %}', End: true }, '/Seconds'],
    ['Cause', { Type: 'Fail', Cause: '{% phone %}' }, '/Cause'],
    [
      'Catch',
      task({ Catch: [{ ErrorEquals: ['X'], Next: 'E', Output: '{% phone %}' }] }),
      '/Catch[0]/Output',
    ],
    [
      'a rule',
      { Type: 'Choice', Choices: [{ Condition: '{% phone = 1 %}', Next: 'Z' }], Default: 'Z' },
      '/Choices[0]/Condition',
    ],
  ])('looks into %s', (_, state, place) => {
    const Z: StateTable = (state as { Default?: string }).Default ? { Z: pass() } : {};
    expect(problems({ E: state, ...Z })).toEqual([
      `${UNSUPPORTED} Reference to 'phone' at the top level is not supported. at /States/E${place}`,
    ]);
  });

  test('may read a result where there is one, and an error in a catcher', () => {
    const A = {
      ...task({
        Assign: { a: '{% $states.result %}' },
        Output: '{% $states.result %}',
        Catch: [
          {
            ErrorEquals: ['X'],
            Next: 'Z',
            Assign: { a: '{% $states.errorOutput %}' },
            Output: '{% $states.errorOutput %}',
          },
        ],
        Next: 'Z',
      }),
      End: undefined,
    };
    expect(problems({ A, Z: pass() })).toEqual([]);
    expect(problems({ A: { ...A, Arguments: '{% $states.result %}' }, Z: pass() })).toHaveLength(1);
    expect(problems({ A: { ...A, Output: '{% $states.errorOutput %}' }, Z: pass() })).toHaveLength(1);
  });

  test('are text in Comment, Resource and ErrorEquals', () => {
    const Retry = [{ ErrorEquals: ['{% phone %}'] }];
    expect(problems({ A: task({ Comment: '{% phone %}', Retry }) })).toEqual([]);
  });
});

describe('variables', () => {
  test.each(['states', '1st', 'a-b', 'a b', '', '_x', 'x'.repeat(81)])('may not be named %j', (name) => {
    expect(problems({ A: pass({ Assign: { [name]: 1 } }) })[0]).toMatch(
      /^SCHEMA_VALIDATION_FAILED: .* at \/States\/A\/Assign\//,
    );
  });
  test.each(['a', 'x1', 'größe', 'a_b', 'x'.repeat(80)])('may be named %j', (name) => {
    expect(problems({ A: pass({ Assign: { [name]: 1 } }) })).toEqual([]);
  });
  test('are assigned by an object', () => {
    expect(problems({ A: pass({ Assign: '{% {} %}' }) })).toEqual([
      `${SCHEMA} Expected value of type [OBJECT] at /States/A/Assign`,
    ]);
  });

  test('of outer states are not assigned by inner ones', () => {
    const inner = (Assign: object) => ({
      M: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'I', States: { I: pass({ Assign }) } },
        Assign: { x: 1 },
        End: true,
      },
    });
    expect(problems(inner({ x: 2 }))).toEqual([
      "DUPLICATE_VARIABLE_NAME: The variable name 'x' was already defined in a parent scope. at /States/M/ItemProcessor/States/I/Assign/x",
    ]);
    expect(problems(inner({ y: 2 }))).toEqual([]);
  });

  test('may have one name in two branches', () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: pass({ Assign: { x: 1 } }) } });
    expect(problems({ P: { Type: 'Parallel', Branches: [branch('A'), branch('B')], End: true } })).toEqual(
      [],
    );
  });
});
