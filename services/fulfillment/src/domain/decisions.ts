import type { OrderLines, Reservation } from './reservation.ts';
import { refuseStep, releaseStep, reserveStep, type Step, shipStep } from './steps.ts';

/** What a call does next, given the reservation as it stands: a step, nothing (it is done), or a refusal. */
export type Decision =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'done' }
  | { readonly kind: 'outOfStock'; readonly missing: readonly string[] }
  | { readonly kind: 'released' }
  | { readonly kind: 'dispatched' }
  | { readonly kind: 'notReserved' };

const step = (next: Step): Decision => ({ kind: 'step', step: next });
const done: Decision = { kind: 'done' };

/** `missing` is what the last attempt at this very reservation found too little of. */
export const decideReserve = (
  current: Reservation | undefined,
  order: OrderLines,
  missing: readonly string[] = [],
): Decision => {
  switch (current?.status) {
    case undefined:
      return step(missing.length > 0 ? refuseStep(order, 0, missing) : reserveStep(order));
    case 'reserving':
      return step(
        missing.length > 0 ? refuseStep(current, current.held, missing) : reserveStep(current, current.held),
      );
    case 'refusing':
      return step(refuseStep(current, current.held, current.missing));
    case 'refused':
      return { kind: 'outOfStock', missing: current.missing };
    case 'releasing':
    case 'released':
      return { kind: 'released' };
    case 'reserved':
    case 'shipping':
    case 'shipped':
      return done;
  }
};

export const decideRelease = (current: Reservation | undefined, orderId: string): Decision => {
  switch (current?.status) {
    case undefined:
      return step({ next: { status: 'released', orderId, lines: [] }, moves: [] });
    case 'reserving':
    case 'reserved':
    case 'releasing':
      return step(releaseStep(current));
    case 'refusing':
      return step(refuseStep(current, current.held, current.missing));
    case 'refused':
    case 'released':
      return done;
    case 'shipping':
    case 'shipped':
      return { kind: 'dispatched' };
  }
};

export const decideShip = (current: Reservation | undefined): Decision => {
  switch (current?.status) {
    case 'reserved':
    case 'shipping':
      return step(shipStep(current));
    case 'shipped':
      return done;
    default:
      return { kind: 'notReserved' };
  }
};
