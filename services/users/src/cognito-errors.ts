import {
  CodeMismatch,
  EmailNotConfirmed,
  FurtherStepRequired,
  InvalidCredentials,
  InvalidRefreshToken,
  TooManyAttempts,
  WeakPassword,
} from './errors.ts';

type Step = 'signUp' | 'confirm' | 'resendCode' | 'signIn' | 'refresh' | 'forgotPassword' | 'resetPassword';

/** Such as `Password did not conform with policy: Password not long enough`. */
const passwordFault = ({ message }: Error) =>
  new WeakPassword(message.split('policy: ')[1]?.toLowerCase() ?? 'is not strong enough');

const codeErrors = {
  CodeMismatchException: () => new CodeMismatch(),
  // Nobody there, nothing to confirm, or no code out: told apart from a wrong code, they would tell who has an
  // account. Cognito, too, calls a stranger's code expired.
  ExpiredCodeException: () => new CodeMismatch(),
  UserNotFoundException: () => new CodeMismatch(),
  NotAuthorizedException: () => new CodeMismatch(),
  AliasExistsException: () => new CodeMismatch(),
};

const badCredentials = () => new InvalidCredentials();

/** Says nothing: whoever asks gets the same answer as if a code had been sent, account or not. */
const silence = () => undefined;
const nobodyThere = {
  UserNotFoundException: silence,
  NotAuthorizedException: silence,
  InvalidParameterException: silence,
};

/** What each of Cognito's errors means to the caller of a step. */
const meanings: Record<Step, Record<string, (error: Error) => Error | undefined>> = {
  signUp: { UsernameExistsException: silence, InvalidPasswordException: passwordFault },
  confirm: codeErrors,
  resendCode: nobodyThere,
  signIn: {
    NotAuthorizedException: badCredentials,
    UserNotFoundException: badCredentials,
    InvalidPasswordException: badCredentials,
    UserNotConfirmedException: () => new EmailNotConfirmed(),
    PasswordResetRequiredException: () => new FurtherStepRequired('PASSWORD_RESET_REQUIRED'),
  },
  refresh: {
    NotAuthorizedException: () => new InvalidRefreshToken(),
    UserNotFoundException: () => new InvalidRefreshToken(),
  },
  forgotPassword: nobodyThere,
  resetPassword: {
    ...codeErrors,
    InvalidPasswordException: passwordFault,
    UserNotConfirmedException: () => new CodeMismatch(),
  },
};

const tooMany = new Set([
  'TooManyRequestsException',
  'TooManyFailedAttemptsException',
  'LimitExceededException',
]);

/** Runs a step against the user pool and puts Cognito's refusals into the shop's words. */
export async function answered<T>(step: Step, call: () => Promise<T>): Promise<T>;
export async function answered<T>(step: Step, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (tooMany.has(error.name)) throw new TooManyAttempts();
    const meaning = meanings[step][error.name];
    if (!meaning) throw error;
    const meant = meaning(error);
    if (meant) throw meant;
    return undefined;
  }
}
