import type { Address } from '@emporium/contracts';

/** Values that keep to the contracts, for tests that need one and don't care which. */
export const samples = {
  customerId: '7f0b6c9e-0a52-4f0b-9d3b-2f6a0c1d4e5f',
  orderId: 'ord_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
  paymentId: 'pay_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
  shipmentId: 'shp_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
  messageId: 'msg_01JZ8K3V5T2M4N6P8Q0R1S3T5V',
  address: {
    name: 'Ada Lovelace',
    street: '12 St James Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  } satisfies Address,
} as const;
