import { cache, defineResources, table } from '@emporium/resources';

/** Products. Only what is on sale has the attribute `listing`, so the index `published` holds nothing else. */
export const resources = defineResources('catalog', {
  CatalogTable: table({
    partitionKey: 'pk',
    sortKey: 'sk',
    stream: true,
    timeToLive: 'expiresAt',
    indexes: { published: { partitionKey: 'listing', sortKey: 'sku' } },
  }),
  Cache: cache(),
});
