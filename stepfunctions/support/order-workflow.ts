import { readFileSync } from 'node:fs';
import {
  AuthorizePayment,
  CancelPayment,
  CancelShipment,
  CapturePayment,
  ConfirmOrder,
  NotifyCustomer,
  type RejectionReason,
  RejectOrder,
  ReleaseStock,
  RequestReview,
  RequestShipment,
  ReserveStock,
  type TaskContract,
} from '@emporium/contracts';
import { runStateMachine } from '@emporium/local';
import { samples } from '@emporium/testing';
import * as v from 'valibot';
import { parse } from 'yaml';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
  readonly BackoffRate?: number;
  readonly JitterStrategy?: string;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Arguments?: { readonly FunctionName: string };
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
}

/** The definition as the framework packages it for the stage `test`. */
export const definition: { readonly TimeoutSeconds?: number; readonly States: Record<string, State> } = parse(
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the framework's variable, not a template's
  readFileSync(new URL('../order.asl.yml', import.meta.url), 'utf8').replaceAll('${sls:stage}', 'test'),
);

export const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === 'Task');

/** `emporium-payments-test-capturePayment` is what contracts call `payments.capturePayment`. */
export const taskName = (functionName: string): string => {
  const [, context, name] = /^emporium-([a-z]+)-test-([A-Za-z]+)$/.exec(functionName) ?? [];
  return `${context}.${name}`;
};

export const taskContracts = new Map<string, TaskContract>(
  [
    AuthorizePayment,
    CancelPayment,
    CancelShipment,
    CapturePayment,
    ConfirmOrder,
    NotifyCustomer,
    RejectOrder,
    ReleaseStock,
    RequestReview,
    RequestShipment,
    ReserveStock,
  ].map((contract) => [contract.name, contract]),
);

export const order = {
  orderId: samples.orderId,
  customerId: samples.customerId,
  lines: [{ sku: 'MUG-BLUE', name: 'Blue mug', quantity: 2, unitPrice: { amount: 1250, currency: 'EUR' } }],
  total: { amount: 2500, currency: 'EUR' },
  paymentMethod: 'pm_card_visa',
  shippingAddress: samples.address,
  needsReview: false,
  placedAt: '2026-01-01T00:00:00.000Z',
};

const { orderId, paymentId, shipmentId, messageId } = samples;
const answers: Record<string, unknown> = {
  'fulfillment.reserveStock': { orderId, status: 'reserved' },
  'payments.authorizePayment': { orderId, paymentId, status: 'authorized' },
  'orders.confirmOrder': { orderId, status: 'confirmed' },
  'payments.capturePayment': { orderId, paymentId, status: 'captured' },
  'fulfillment.requestShipment': { orderId, shipmentId },
  'notifications.notifyCustomer': { messageId },
  'fulfillment.cancelShipment': { orderId, status: 'cancelled' },
  'payments.cancelPayment': { orderId, status: 'voided' },
  'fulfillment.releaseStock': { orderId, status: 'released' },
  'orders.rejectOrder': { orderId, status: 'rejected' },
};

/** A step as the tests call it: the function's name, the template where the function serves two steps. */
const stepOf = (task: string, payload: object) =>
  'template' in payload ? `${payload.template}` : (task.split('.')[1] ?? task);

export interface Trial {
  /** The error that a step fails with: always, or as often as the list is long. */
  readonly failing?: Readonly<Record<string, string | readonly string[]>>;
  readonly input?: Partial<typeof order>;
  /** What the review's task token is completed with. */
  readonly decision?: unknown;
}

/** Runs the workflow with functions that keep to the contracts. */
export const runWorkflow = async ({ failing = {}, input = {}, decision }: Trial = {}) => {
  const steps: string[] = [];
  const inputs: unknown[] = [];
  const invoke = async (resource: string, arguments_: unknown) => {
    const { FunctionName, Payload } = arguments_ as { FunctionName: string; Payload: object };
    const task = taskName(FunctionName);
    const contract = taskContracts.get(task);
    if (!contract) throw new Error(`no contract for ${FunctionName}`);
    inputs.push(v.parse(contract.input, Payload));
    const step = stepOf(task, Payload);
    const failure = failing[step];
    const error =
      typeof failure === 'string' ? failure : failure?.[steps.filter((each) => each === step).length];
    steps.push(step);
    if (error) throw Object.assign(new Error(`${step} went wrong`), { name: error });
    if (resource.endsWith('.waitForTaskToken')) return decision;
    return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: v.parse(contract.output, answers[task]) };
  };
  const result = await runStateMachine(definition, { ...order, ...input }, { invoke });
  return { ...result, steps, inputs };
};

export const rejected = (reason: RejectionReason) => ({
  status: 'SUCCEEDED',
  output: { orderId, status: 'rejected', reason },
});
