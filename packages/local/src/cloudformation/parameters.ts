/** A parameter of a template. */
export interface Parameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedValues?: readonly unknown[];
  readonly AllowedPattern?: string;
}

interface Surroundings {
  /** The value of an SSM parameter. */
  ssm(name: string): string;
  fail(message: string): Error;
}

/** The value of a parameter that nobody has given one: its default, checked as CloudFormation checks it. */
export const defaultOf = (name: string, parameter: Parameter, { ssm, fail }: Surroundings): unknown => {
  const { Type, Default, AllowedValues, AllowedPattern } = parameter;
  if (Default === undefined) throw fail(`the parameter "${name}" has no value: give it a Default`);
  const text = String(Default);
  if (AllowedValues !== undefined && !AllowedValues.map(String).includes(text)) {
    throw fail(`the parameter "${name}" has to be one of ${AllowedValues.join(', ')}, not "${text}"`);
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(text)) {
    throw fail(`the parameter "${name}" has to match ${AllowedPattern}, and "${text}" does not`);
  }
  if (Type === 'Number' && (text.trim() === '' || Number.isNaN(Number(text)))) {
    throw fail(`the parameter "${name}" has to be a number, not "${text}"`);
  }
  const value = Type.startsWith('AWS::SSM::Parameter::Value<') ? ssm(text) : Default;
  return /(?:^CommaDelimitedList$|\bList<)/.test(Type)
    ? String(value)
        .split(',')
        .map((item) => item.trim())
    : value;
};
