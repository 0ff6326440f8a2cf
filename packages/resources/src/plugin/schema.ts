const strings = { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true };

/** `link: { OrdersTable: [read, write], platform.EventBus: [publish] }` */
export const link = { type: 'object', additionalProperties: strings };

/** `subscribe: [catalog.ProductPublished]` */
export interface SubscribeEvent {
  readonly subscribe: readonly string[];
}
export const subscribe = strings;

/** `outbox: OrdersTable` */
export interface OutboxEvent {
  readonly outbox: string;
}
export const outbox = { type: 'string' };

/** `invalidate: { table: CatalogTable, kinds: [product] }` */
export interface InvalidateEvent {
  readonly invalidate: { readonly table: string; readonly kinds: readonly string[] };
}
export const invalidate = {
  type: 'object',
  properties: { table: { type: 'string' }, kinds: strings },
  required: ['table', 'kinds'],
  additionalProperties: false,
};

/** `changes: { table: OrdersTable, kind: order, events: [INSERT, MODIFY] }` */
export interface StreamEvent {
  readonly changes: {
    readonly table: string;
    readonly kind: string;
    readonly events?: readonly ('INSERT' | 'MODIFY')[];
  };
}
export const changes = {
  type: 'object',
  properties: {
    table: { type: 'string' },
    kind: { type: 'string' },
    // What was removed has no new image to be told by.
    events: { type: 'array', items: { enum: ['INSERT', 'MODIFY'] }, minItems: 1, uniqueItems: true },
  },
  required: ['table', 'kind'],
  additionalProperties: false,
};
