/**
 * The base of every domain error: a name and data, no HTTP status. HTTP maps the name by the handler's
 * `problems`; a workflow catches it by the same name. The name is given as text, since a minifier renames classes.
 *
 * @example
 * export class OutOfStock extends DomainError {
 *   constructor(sku: string) {
 *     super('OutOfStock', { sku }, `There is too little of ${sku}.`);
 *   }
 * }
 */
export class DomainError extends Error {
  /** What the error is about. The caller gets to see it, so it holds nothing secret. */
  readonly data: Readonly<Record<string, unknown>>;
  /** A sentence for the caller, where the error has one. */
  readonly detail: string | undefined;

  constructor(name: string, data: Readonly<Record<string, unknown>> = {}, detail?: string) {
    super(detail ?? name);
    this.name = name;
    this.data = data;
    this.detail = detail;
  }
}
