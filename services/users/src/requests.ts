import * as v from 'valibot';

// Every message is written out, for people who fill in a form.
const text = (message: string, max: number) =>
  v.pipe(v.string(message), v.minLength(1, message), v.maxLength(max, message));

/** Cognito compares addresses as they are written; people do not. */
const Email = v.pipe(
  v.string('must be an e-mail address'),
  v.trim(),
  v.toLowerCase(),
  v.email('must be an e-mail address'),
  v.maxLength(254, 'must be an e-mail address'),
);

/** Mails begin with it, so it is one line: whoever signs up must not write the rest of them, too. */
const Name = v.pipe(
  v.string('must be 1 to 100 characters'),
  v.trim(),
  v.minLength(1, 'must be 1 to 100 characters'),
  v.maxLength(100, 'must be 1 to 100 characters'),
  v.regex(/^\P{Cc}*$/u, 'must be one line without control characters'),
);

/** Any password that an account may have had; whether it is the right one is Cognito's to say. */
const Password = text('must be 1 to 256 characters', 256);

/** The user pool's own rule, told before Cognito is asked. */
const NewPassword = v.pipe(
  v.string('must be 12 to 256 characters'),
  v.minLength(12, 'must be 12 to 256 characters'),
  v.maxLength(256, 'must be 12 to 256 characters'),
);

const Code = v.pipe(
  v.string('must be 4 to 10 digits'),
  v.trim(),
  v.regex(/^\d{4,10}$/, 'must be 4 to 10 digits'),
);

/** JSON Web Tokens of Cognito stay well below this. */
const RefreshToken = text('must be a refresh token', 8192);

export const SignUpBody = v.strictObject({ email: Email, password: NewPassword, name: Name });
export const ConfirmSignUpBody = v.strictObject({ email: Email, code: Code });
export const EmailBody = v.strictObject({ email: Email });
export const SignInBody = v.strictObject({ email: Email, password: Password });
export const RefreshBody = v.strictObject({ refreshToken: RefreshToken });
export const ResetPasswordBody = v.strictObject({ email: Email, code: Code, password: NewPassword });
