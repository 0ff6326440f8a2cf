import type {
  Agreement,
  ConfirmedOrder,
  InReviewOrder,
  PlacedOrder,
  RejectedOrder,
  ShippedOrder,
  UnpricedOrder,
} from './domain/order.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 10, 5, minute)).toISOString();

const identity = {
  orderId: 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
  customerId: 'b7f8c1de-9b57-4a0e-8a57-0c3d2f1e4a5b',
  placedAt: at(0),
};

const agreement: Omit<Agreement, 'timeline'> = {
  ...identity,
  lines: [{ sku: 'MUG-BLUE', name: 'Blue mug', quantity: 2, unitPrice: { amount: 1299, currency: 'EUR' } }],
  total: { amount: 2598, currency: 'EUR' },
  paymentMethod: 'pm_card_visa',
  shippingAddress: {
    name: 'Ada Lovelace',
    street: '12 St James Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  },
  needsReview: false,
};

const placed = { status: 'placed', at: at(0) } as const;
const confirmed = { status: 'confirmed', at: at(1) } as const;

/** One order of each status, for tests. */
export const placedOrder: PlacedOrder = { ...agreement, status: 'placed', timeline: [placed] };

export const inReviewOrder: InReviewOrder = {
  ...agreement,
  needsReview: true,
  status: 'in_review',
  taskToken: 'AQCEAAAAKgAAAAMAAAAAAAAAAR4n0bQKV5mFa8b2',
  timeline: [placed, { status: 'in_review', at: at(1) }],
};

export const confirmedOrder: ConfirmedOrder = {
  ...agreement,
  status: 'confirmed',
  timeline: [placed, confirmed],
};

export const shippedOrder: ShippedOrder = {
  ...agreement,
  status: 'shipped',
  trackingNumber: '00340434161094021501',
  timeline: [placed, confirmed, { status: 'shipped', at: at(2) }],
};

export const rejectedOrder: RejectedOrder = {
  ...agreement,
  status: 'rejected',
  reason: 'payment_declined',
  timeline: [placed, { status: 'rejected', at: at(1) }],
};

export const unpricedOrder: UnpricedOrder = {
  ...identity,
  status: 'rejected',
  reason: 'unknown_product',
  unknownSkus: ['NO-SUCH'],
  lines: [{ sku: 'NO-SUCH', quantity: 1 }],
  timeline: [{ status: 'rejected', at: at(0) }],
};
