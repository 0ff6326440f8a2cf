import type { Money } from '@emporium/contracts';
import type { GatewayState } from '../domain/payment.ts';

interface Request {
  /** Our payment id: how the gateway files the payment, and how `find` finds it again. */
  readonly paymentId: string;
  /** A repeat under the same key gets the first answer and moves no money. */
  readonly idempotencyKey: string;
}

/**
 * A payment gateway. Every call answers with the state that it leaves behind, and throws {@link GatewayTimeout}
 * where the outcome is unknown: the call may have been applied, may be applied yet, or never.
 */
export interface PaymentGateway {
  /** Holds the amount on the card. */
  authorize(
    request: Request & { customerId: string; amount: Money; paymentMethod: string },
  ): Promise<GatewayState>;
  /** Takes what is held. Of a payment that was voided, nothing is taken. */
  capture(request: Request): Promise<GatewayState>;
  /**
   * Lets go of what is held, and bars an authorization that is still on its way. What was captured stays so, which
   * the answer says.
   */
  void(request: Request): Promise<GatewayState>;
  /** Gives back what was taken. */
  refund(request: Request): Promise<GatewayState>;
  /** Resolves an unknown outcome; `undefined` says that no call has arrived so far. */
  find(paymentId: string): Promise<GatewayState | undefined>;
}

/** No answer came in time. */
export class GatewayTimeout extends Error {
  override readonly name = 'GatewayTimeout';
}
