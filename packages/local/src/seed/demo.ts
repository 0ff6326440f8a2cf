/** Who can sign in on a fresh start. */
export const demoCustomer = {
  email: 'customer@example.com',
  password: 'Customer-demo-1',
  name: 'Ada Lovelace',
};
export const demoAdmin = {
  email: 'admin@example.com',
  password: 'Administrator-demo-1',
  name: 'Grace Hopper',
};

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  /** In cents. */
  readonly price: number;
  readonly stock: number;
}

/** What is on the shelf on a fresh start. One product is scarce, so that running out of stock is easy to see. */
export const demoProducts: readonly Product[] = [
  { sku: 'MUG-BLUE', name: 'Blue mug', description: 'Stoneware, 350 ml', price: 1299, stock: 500 },
  { sku: 'MUG-WHITE', name: 'White mug', description: 'Porcelain, 300 ml', price: 1099, stock: 500 },
  {
    sku: 'TEAPOT-CAST-IRON',
    name: 'Cast-iron teapot',
    description: 'With strainer, 1.2 l',
    price: 5490,
    stock: 80,
  },
  {
    sku: 'TEA-ASSAM-250',
    name: 'Assam, 250 g',
    description: 'Black tea, second flush',
    price: 890,
    stock: 1000,
  },
  {
    sku: 'TEA-SENCHA-100',
    name: 'Sencha, 100 g',
    description: 'Green tea from Kagoshima',
    price: 1150,
    stock: 600,
  },
  {
    sku: 'COFFEE-ETHIOPIA-500',
    name: 'Yirgacheffe, 500 g',
    description: 'Whole beans',
    price: 1790,
    stock: 400,
  },
  {
    sku: 'KETTLE-GOOSENECK',
    name: 'Gooseneck kettle',
    description: 'Stainless steel, 0.9 l',
    price: 7900,
    stock: 60,
  },
  { sku: 'TRAY-OAK', name: 'Oak tray', description: 'Oiled, numbered by hand', price: 4500, stock: 3 },
];

/** Products for a shop under load: the same ones at every call. */
export const madeUpProducts = (count: number): Product[] =>
  Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(6, '0');
    return {
      sku: `LOAD-${number}`,
      name: `Product ${number}`,
      description: 'Made up by --seed',
      price: 100 + ((index * 37) % 9900),
      stock: 1000,
    };
  });

/** The order of the `curl` line. */
export const demoOrder = {
  currency: 'EUR',
  lines: [{ sku: 'MUG-BLUE', quantity: 1 }],
  paymentMethod: 'pm_card_visa',
  shippingAddress: {
    name: demoCustomer.name,
    street: '12 St James Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  },
};
