import { DomainError, type Problems } from '@emporium/functions';

/** An error of one field of the body. */
class FieldFault extends DomainError {
  constructor(name: string, field: string, message: string) {
    super(name, { errors: [{ field, message }] }, `${field} ${message}.`);
  }
}

export class WeakPassword extends FieldFault {
  constructor(message: string) {
    super('WeakPassword', 'password', message);
  }
}

/** Also the answer for an expired code, an address without an account, and one that is confirmed already. */
export class CodeMismatch extends FieldFault {
  constructor() {
    super(
      'CodeMismatch',
      'code',
      'is not the code that we sent last, or no longer valid: ask for a new one; if it worked before, sign in',
    );
  }
}

/** One answer for a wrong password and an unknown address alike. */
export class InvalidCredentials extends DomainError {
  constructor() {
    super('InvalidCredentials', {}, 'The address or the password is wrong.');
  }
}

export class EmailNotConfirmed extends DomainError {
  constructor() {
    super('EmailNotConfirmed', {}, 'Confirm the address first, with the code that we sent.');
  }
}

/** Such as an account that an operator made and whose first password has to be changed. */
export class FurtherStepRequired extends DomainError {
  constructor(step: string) {
    super('FurtherStepRequired', { step }, 'This account needs a step that is not offered here.');
  }
}

export class InvalidRefreshToken extends DomainError {
  constructor() {
    super('InvalidRefreshToken', {}, 'The refresh token is not valid (any more): sign in again.');
  }
}

export class TooManyAttempts extends DomainError {
  constructor() {
    super('TooManyAttempts', {}, 'Wait some minutes and try again.');
  }
}

export class ProfileNotFound extends DomainError {
  constructor() {
    super('ProfileNotFound', {}, 'There is no profile of this customer yet: sign in once.');
  }
}

/** How HTTP answers them. */
export const problems: Problems = {
  WeakPassword: { status: 400, title: 'Password too weak' },
  CodeMismatch: { status: 400, title: 'Wrong code' },
  InvalidCredentials: { status: 401, title: 'Sign-in failed' },
  EmailNotConfirmed: { status: 403, title: 'Address not confirmed' },
  FurtherStepRequired: { status: 403, title: 'Further step required' },
  InvalidRefreshToken: { status: 401, title: 'Refresh failed' },
  TooManyAttempts: { status: 429, title: 'Too many attempts' },
  ProfileNotFound: { status: 404, title: 'Profile not found' },
};
