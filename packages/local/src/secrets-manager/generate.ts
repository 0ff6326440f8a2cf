import { randomInt } from 'node:crypto';
import { AwsError } from '../cloud.ts';

/** What GetRandomPassword takes. */
export interface PasswordOptions {
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly IncludeSpace?: boolean;
  readonly RequireEachIncludedType?: boolean;
}

/** `GenerateSecretString` of a secret. */
export interface GenerateSecretString extends PasswordOptions {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

/** AWS's limit. */
const MAX_LENGTH = 4096;

/** A secret as CloudFormation would make it up: a password, or a JSON object with one among its values. */
export const generateSecret = (options: GenerateSecretString): string => {
  const password = generatePassword(options);
  const { SecretStringTemplate, GenerateStringKey } = options;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: password });
};

export const generatePassword = (options: PasswordOptions): string => {
  const length = options.PasswordLength ?? 32;
  if (length < 1 || length > MAX_LENGTH) {
    throw invalid(`InvalidParameterValue: PasswordLength has to be from 1 to ${MAX_LENGTH}.`);
  }
  const types = typesOf(options);
  const all = types.join('');
  if (all === '') throw invalid('InvalidParameterValue: no characters are left to make a password of.');
  const required = (options.RequireEachIncludedType ?? true) ? types.map(pick) : [];
  if (required.length > length) {
    throw invalid('InvalidParameterValue: The password length is too short based on the required types.');
  }
  return shuffle([...required, ...Array.from({ length: length - required.length }, () => pick(all))]).join(
    '',
  );
};

const invalid = (message: string) => new AwsError('InvalidParameterException', message);

/** The characters of each included type. */
const typesOf = (options: PasswordOptions): readonly string[] => {
  const excluded = new Set(options.ExcludeCharacters);
  return [
    options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    options.IncludeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !excluded.has(character)).join(''))
    .filter((type) => type !== '');
};

const pick = (characters: string): string => characters[randomInt(characters.length)] as string;

const shuffle = (characters: string[]): string[] => {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
  }
  return characters;
};
