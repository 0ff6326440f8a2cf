import { randomInt } from 'node:crypto';

/** `GenerateSecretString` of a secret. */
export interface GenerateSecretString {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly IncludeSpace?: boolean;
}

/** A secret as CloudFormation would make it up: a password, or a JSON object with one among its values. */
export const generateSecret = (options: GenerateSecretString): string => {
  const password = generatePassword(options);
  const { SecretStringTemplate, GenerateStringKey } = options;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: password });
};

const generatePassword = (options: GenerateSecretString): string => {
  const excluded = new Set(options.ExcludeCharacters);
  const characters = [
    ...(options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz'),
    ...(options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
    ...(options.ExcludeNumbers ? '' : '0123456789'),
    ...(options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'),
    ...(options.IncludeSpace ? ' ' : ''),
  ].filter((character) => !excluded.has(character));
  const length = options.PasswordLength ?? 32;
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
};
