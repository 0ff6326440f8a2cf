/** The stock of one SKU. What was ever received = available + reserved + shipped. */
export interface Stock {
  readonly sku: string;
  /** On the shelf and free to sell. Kept instead of on hand: a DynamoDB condition compares, but can't subtract. */
  readonly available: number;
  /** On the shelf, and set aside for orders. */
  readonly reserved: number;
  /** Has left the shelf. */
  readonly shipped: number;
}

/** A change of one SKU's stock that an order brings about. */
export interface StockMove {
  readonly kind: 'reserve' | 'release' | 'ship';
  readonly sku: string;
  readonly quantity: number;
}

/** From which count a move takes, and to which it gives. */
export const route = {
  reserve: { from: 'available', to: 'reserved' },
  release: { from: 'reserved', to: 'available' },
  ship: { from: 'reserved', to: 'shipped' },
} as const satisfies Record<StockMove['kind'], { from: keyof Stock; to: keyof Stock }>;

export const noStock = (sku: string): Stock => ({ sku, available: 0, reserved: 0, shipped: 0 });

export const onHand = ({ available, reserved }: Stock) => available + reserved;

export const received = (stock: Stock) => onHand(stock) + stock.shipped;

export const receive = (stock: Stock, quantity: number): Stock => ({
  ...stock,
  available: stock.available + quantity,
});

/** The stock after a move, or `undefined` where there is too little to move. */
export const move = (stock: Stock, { kind, quantity }: StockMove): Stock | undefined => {
  const { from, to } = route[kind];
  if (stock[from] < quantity) return undefined;
  return { ...stock, [from]: stock[from] - quantity, [to]: stock[to] + quantity };
};
