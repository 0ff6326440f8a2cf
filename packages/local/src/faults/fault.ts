import { StartError } from '../start-error.ts';

/** What goes wrong with a share of the calls of one function or one AWS API. */
export interface Fault {
  /** A function such as `orders.placeOrder`, a service such as `sqs`, or one of its actions such as `dynamodb:PutItem`. */
  readonly target: string;
  /** The share of calls that it happens to, from 0 to 1. */
  readonly rate: number;
  /** The error's name; undefined is what the target itself fails with when it breaks down. */
  readonly error?: string;
  /** The call takes effect, and only its answer is lost. */
  readonly lost?: boolean;
  /** The call waits so long first; without `error` and `lost` that is all. */
  readonly delayMs?: number;
}

/** How a fault is written on the command line. */
export const FAULT_FORM = '<function or api>=<rate>[:<error>][:<delay>][:lost]';

const TARGET = /^(?:[a-z][\w-]*\.[\w-]+|[a-z][a-z0-9-]*(?::[A-Z]\w*)?)$/;
const DELAY = /^(\d+(?:\.\d+)?)(ms|s)$/;
const ERROR = /^[A-Za-z][\w.-]*$/;

/**
 * Reads a fault as it is written on the command line.
 *
 * @example
 * parseFault('orders.placeOrder=0.1')                        // one call in ten crashes
 * parseFault('payments.capturePayment=0.5:States.TaskFailed')
 * parseFault('dynamodb:PutItem=0.05:ProvisionedThroughputExceededException')
 * parseFault('sqs=0.01:lost')                                // done, but answered with an error
 * parseFault('catalog.getProduct=1:500ms')
 *
 * @throws StartError that says which part is wrong, and what it may be.
 */
export const parseFault = (text: string): Fault => {
  const [, target = '', rest = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const wrong = (why: string) => new StartError(`--fault ${text}: ${why}`);
  if (!text.includes('=')) throw wrong(`a rate is missing, as in ${FAULT_FORM}`);
  if (!TARGET.test(target)) {
    throw wrong(
      `"${target}" is neither a function such as orders.placeOrder nor an API such as dynamodb:PutItem`,
    );
  }
  const [rate = '', ...how] = rest.split(':');
  if (!/^(?:\d+\.?\d*|\.\d+)$/.test(rate) || Number(rate) > 1) {
    throw wrong(`the rate has to be a number from 0 to 1, not "${rate}"`);
  }
  const fault: Fault = { target, rate: Number(rate) };
  for (const part of how) Object.assign(fault, readPart(part, fault, wrong));
  return fault;
};

const readPart = (part: string, fault: Fault, wrong: (why: string) => Error): Partial<Fault> => {
  if (part === 'lost') return { lost: true };
  const [, amount, unit] = DELAY.exec(part) ?? [];
  if (amount !== undefined) return { delayMs: Number(amount) * (unit === 's' ? 1000 : 1) };
  if (!ERROR.test(part))
    throw wrong(`"${part}" is neither an error's name, a delay such as 500ms, nor "lost"`);
  if (fault.error !== undefined) throw wrong(`it has two errors, ${fault.error} and ${part}: give it one`);
  return { error: part };
};
