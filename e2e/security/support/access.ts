/** Whom a route is meant for. */
export type Access = 'everybody' | 'customer' | 'admin';

/**
 * Whom each route is meant for, written down a second time: a new route, or one whose access changes, fails the
 * tests until somebody has thought about it here, too.
 */
export const access: Readonly<Record<string, Access>> = {
  'GET /api/catalog/products': 'everybody',
  'GET /api/catalog/products/{sku}': 'everybody',
  'PUT /api/catalog/products/{sku}': 'admin',
  'DELETE /api/catalog/products/{sku}': 'admin',
  'GET /api/fulfillment/stock/{sku}': 'everybody',
  'POST /api/fulfillment/stock/{sku}/receipts': 'admin',
  'GET /api/fulfillment/orders/{orderId}': 'customer',
  'POST /api/fulfillment/shipments/{shipmentId}/dispatch': 'admin',
  'GET /api/notifications/messages': 'customer',
  'POST /api/orders': 'customer',
  'GET /api/orders': 'customer',
  'GET /api/orders/{orderId}': 'customer',
  'POST /api/orders/{orderId}/review': 'admin',
  'POST /api/payments/methods': 'customer',
  'GET /api/payments/orders/{orderId}': 'customer',
  'GET /api/users/me': 'customer',
  'POST /api/users/sign-up': 'everybody',
  'POST /api/users/confirm': 'everybody',
  'POST /api/users/resend-code': 'everybody',
  'POST /api/users/sign-in': 'everybody',
  'POST /api/users/refresh': 'everybody',
  'POST /api/users/forgot-password': 'everybody',
  'POST /api/users/reset-password': 'everybody',
};
