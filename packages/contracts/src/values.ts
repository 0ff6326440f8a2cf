import * as v from 'valibot';

/** The largest amount that one line, order or payment may have, in minor units: 1,000,000.00. */
const MAX_AMOUNT = 100_000_000;

/** An amount in the minor units of its currency: `{ amount: 1999, currency: 'EUR' }` is € 19.99. */
export const Money = v.object({
  amount: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_AMOUNT)),
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')),
});
export type Money = v.InferOutput<typeof Money>;

/** A stock-keeping unit: capital letters, digits and dashes. */
export const Sku = v.pipe(
  v.string(),
  v.regex(
    /^[A-Z0-9](?:[A-Z0-9-]{0,38}[A-Z0-9])?$/,
    'must be 1 to 40 of A-Z, 0-9 and dashes, such as MUG-BLUE',
  ),
);

/** How many of one SKU an order line may ask for: 1 to 1000 pieces. */
export const Quantity = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000));

const ulid = '[0-7][0-9A-HJKMNP-TV-Z]{25}';

/** A schema for `<prefix>_<ULID>`, such as `ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V`. */
const identifier = (prefix: string) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^${prefix}_${ulid}$`), `must look like ${prefix}_ and 26 characters`),
  );

/** An order, by orders. It names the workflow's execution, and is the idempotency key of its every step. */
export const OrderId = identifier('ord');
/** An order's payment, by payments. */
export const PaymentId = identifier('pay');
/** A gateway's token for a card; never the card's number. */
export const PaymentMethodId = v.pipe(
  v.string(),
  v.regex(/^pm_[A-Za-z0-9_]{3,60}$/, 'must look like pm_card_visa'),
);
/** An order's parcel, by fulfillment. */
export const ShipmentId = identifier('shp');
/** A message to a customer, by notifications. */
export const MessageId = identifier('msg');

/** The user pool's `sub`. */
export const CustomerId = v.pipe(v.string(), v.uuid());

/** ISO 8601, UTC. */
export const Timestamp = v.pipe(v.string(), v.isoTimestamp());

/** One line of text: it may end up in an e-mail's header or on a label, so it holds no line breaks or other controls. */
export const singleLine = (max: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1),
    v.maxLength(max),
    v.regex(/^\P{Cc}*$/u, 'must be one line without control characters'),
  );

/** Where a parcel goes. */
export const Address = v.object({
  name: singleLine(100),
  street: singleLine(200),
  city: singleLine(100),
  postalCode: singleLine(20),
  country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code such as DE')),
});
export type Address = v.InferOutput<typeof Address>;

/** So many pieces of one SKU. */
export const StockLine = v.object({ sku: Sku, quantity: Quantity });
export type StockLine = v.InferOutput<typeof StockLine>;

/** Why an order was rejected. Consumers show a text of their own for each. */
export const RejectionReason = v.picklist([
  'unknown_product',
  'out_of_stock',
  'payment_declined',
  'insufficient_funds',
  'payment_failed',
  'review_declined',
  'review_timed_out',
  'internal_error',
]);
export type RejectionReason = v.InferOutput<typeof RejectionReason>;
