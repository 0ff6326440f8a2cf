import { AwsError } from '../cloud.ts';

/** `Policies.PasswordPolicy` of a user pool. */
export interface PasswordPolicy {
  readonly MinimumLength?: number;
  readonly RequireLowercase?: boolean;
  readonly RequireUppercase?: boolean;
  readonly RequireNumbers?: boolean;
  readonly RequireSymbols?: boolean;
}

/** Refuses a password that the pool would refuse; cognito-local takes any. */
export const checkPassword = (password: string, policy: PasswordPolicy = {}): void => {
  const rules: readonly [boolean | undefined, boolean, string][] = [
    [true, password.length >= (policy.MinimumLength ?? 8), 'Password not long enough'],
    [policy.RequireLowercase, /[a-z]/.test(password), 'Password must have lowercase characters'],
    [policy.RequireUppercase, /[A-Z]/.test(password), 'Password must have uppercase characters'],
    [policy.RequireNumbers, /\d/.test(password), 'Password must have numeric characters'],
    [policy.RequireSymbols, /[^A-Za-z0-9\s]/.test(password), 'Password must have symbol characters'],
  ];
  const broken = rules.find(([isRequired, holds]) => isRequired === true && !holds);
  if (broken !== undefined) {
    throw new AwsError('InvalidPasswordException', `Password did not conform with policy: ${broken[2]}`);
  }
};
