import { DomainError, type Problems } from '@emporium/functions';

/** Never there, or no longer on sale. */
export class ProductNotFound extends DomainError {
  constructor(sku: string) {
    super('ProductNotFound', { sku }, `${sku} is not on sale.`);
  }
}

/** How HTTP answers them. */
export const problems: Problems = {
  ProductNotFound: { status: 404, title: 'Product not found' },
};
