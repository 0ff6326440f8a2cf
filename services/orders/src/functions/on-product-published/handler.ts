import { ProductPublished, ProductRetired } from '@emporium/contracts';
import { eventHandler } from '@emporium/functions';
import { type PriceList, priceList } from '../../price-list.ts';

export const createHandler = ({ prices = priceList() }: { prices?: Pick<PriceList, 'learn'> } = {}) =>
  eventHandler({ events: [ProductPublished, ProductRetired] }, (event) =>
    event.name === 'ProductPublished'
      ? prices.learn({ ...event.data, status: 'on_sale' })
      : prices.learn({ ...event.data, status: 'retired' }),
  );

export const handler = createHandler();
