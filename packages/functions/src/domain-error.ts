type Data = Record<string, unknown>;

/**
 * The base of every domain error: a name and data, no HTTP status. HTTP maps the name by the handler's
 * `problems`; a workflow catches it by the same name. The name is given as text, since a minifier renames classes:
 * to the constructor, or as a field of the class.
 *
 * @example
 * export class OutOfStock extends DomainError {
 *   constructor(sku: string) {
 *     super('OutOfStock', { sku }, `There is too little of ${sku}.`);
 *   }
 * }
 *
 * @example
 * export class CardDeclined extends DomainError {
 *   override readonly name = 'CardDeclined';
 * }
 * throw new CardDeclined({ orderId });
 */
export class DomainError extends Error {
  /** What the error is about. The caller gets to see it, so it holds nothing secret. */
  readonly data: Data;
  /** A sentence for the caller, where the error has one. */
  readonly detail: string | undefined;

  constructor(data?: Data, detail?: string);
  constructor(name: string, data?: Data, detail?: string);
  constructor(first: string | Data = {}, second?: Data | string, third?: string) {
    const [name, data, detail] =
      typeof first === 'string' ? [first, second, third] : [undefined, first, second];
    super((detail as string | undefined) ?? (data ? JSON.stringify(data) : name));
    if (name !== undefined) this.name = name;
    this.data = (data ?? {}) as Data;
    this.detail = detail as string | undefined;
  }
}
