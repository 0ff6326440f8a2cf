import validate from 'asl-validator';
import { textOf } from '../e2e/support/templates.ts';
import { parseDefinition } from '../packages/local/src/step-functions/asl/validate.ts';
import { readBundles } from './bundles.ts';
import { byAws } from './error-names.ts';
import type { Finding } from './findings.ts';
import { ofType, type Stack } from './stacks.ts';

/** What a state may hold, as far as it matters here. */
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName?: string };
  readonly Retry?: readonly Handler[];
  readonly Catch?: readonly Handler[];
  readonly Branches?: readonly States[];
  readonly ItemProcessor?: States;
}

interface Handler {
  readonly ErrorEquals: readonly string[];
}

interface States {
  readonly States: Readonly<Record<string, State>>;
}

/** What is wrong with the workflows of one target. */
export const workflowFindings = (stacks: readonly Stack[]): Finding[] => {
  const functions = functionsOf(stacks);
  return stacks.flatMap((stack) =>
    ofType(stack, 'AWS::StepFunctions::StateMachine').flatMap(([id, { Properties }]) => {
      const text = textOf(Properties.DefinitionString);
      const problems = [
        ...definitionProblems(text),
        ...taskProblems(JSON.parse(text), stack.region, functions),
      ];
      return problems.map((problem) => ({
        ...problem,
        where: `${stack.service}.${id}`,
        targets: [stack.target.name],
      }));
    }),
  );
};

interface Problem {
  readonly rule: string;
  readonly message: string;
}

/** What two validators say: the Amazon States Language's JSON schema, and the local cloud, which knows JSONata as well. */
const definitionProblems = (text: string): Problem[] => {
  const { isValid, errorsText } = validate(JSON.parse(text), { checkPaths: true, checkArn: true });
  const problems = isValid ? [] : [{ rule: 'asl-validator', message: errorsText('; ') }];
  try {
    parseDefinition(text);
  } catch (error) {
    problems.push({ rule: 'definition', message: (error as Error).message });
  }
  return problems;
};

interface DeployedFunction {
  readonly region: string;
  /** Whether its code names the error. */
  names(error: string): boolean;
}

/** Every function of a target, by its name, and by that of its alias. */
const functionsOf = (stacks: readonly Stack[]): ReadonlyMap<string, DeployedFunction> =>
  new Map(stacks.flatMap(functionsOfStack));

const functionsOfStack = (stack: Stack): (readonly [string, DeployedFunction])[] => {
  const bundles = new Map(readBundles(stack).map((bundle) => [bundle.name, bundle]));
  const aliases = ofType(stack, 'AWS::Lambda::Alias').map(([, { Properties }]) => Properties);
  return ofType(stack, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
    const name = String(Properties.FunctionName);
    let code: string | undefined;
    const names = (error: string) => {
      code ??= bundles.get(name.split('-').at(-1) ?? '')?.code() ?? '';
      return new RegExp(`["'\`]${error.replaceAll('.', '\\.')}["'\`]`).test(code);
    };
    const deployed = { region: stack.region, names };
    const own = aliases.filter(({ FunctionName }) => textOf(FunctionName) === `\${${id}}`);
    return [name, ...own.map(({ Name }) => `${name}:${Name}`)].map((each) => [each, deployed] as const);
  });
};

const statesOf = ({ States }: States): (readonly [string, State])[] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...[...(state.Branches ?? []), state.ItemProcessor].flatMap((inner) => (inner ? statesOf(inner) : [])),
  ]);

/** Tasks that invoke what is not there, and errors that are waited for and that nobody throws. */
const taskProblems = (
  definition: States,
  region: string,
  functions: ReadonlyMap<string, DeployedFunction>,
): Problem[] => {
  const states = statesOf(definition);
  const invokedBy = ({ Resource, Arguments }: State) =>
    Resource?.includes(':lambda:invoke') ? functions.get(Arguments?.FunctionName ?? '') : undefined;
  const all = states.flatMap(([, state]) => invokedBy(state) ?? []);
  return states.flatMap(([name, state]) => {
    const invoked = invokedBy(state);
    const missing =
      state.Resource?.includes(':lambda:invoke') && invoked?.region !== region
        ? [
            {
              rule: 'function',
              message: `${name} invokes ${state.Arguments?.FunctionName}, which is not in ${region}`,
            },
          ]
        : [];
    const thrownBy = (throwers: readonly DeployedFunction[]) => (error: string) =>
      byAws.test(error) || throwers.some(({ names }) => names(error));
    // Retries are shared by states, whose functions don't all throw the same.
    const unknown = [
      ...errorsOf(state.Retry).filter((error) => !thrownBy(all)(error)),
      ...errorsOf(state.Catch).filter((error) => !thrownBy(invoked ? [invoked] : all)(error)),
    ];
    return [
      ...missing,
      ...unknown.map((error) => ({
        rule: 'error',
        message: `${name} waits for ${error}, which nothing throws`,
      })),
    ];
  });
};

const errorsOf = (handlers: readonly Handler[] = []): readonly string[] =>
  handlers.flatMap(({ ErrorEquals }) => ErrorEquals);
