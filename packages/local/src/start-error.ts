/** Something the person at the keyboard has to change; the command prints its message as one line and exits with 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
