import { defineResources, distribution, secret } from '@emporium/resources';

/** The one host that customers see, and what the APIs know it by. */
export const resources = defineResources('edge', {
  Distribution: distribution(),
  OriginSecret: secret({
    description: 'The header by which the APIs know requests that came through CloudFront',
    rotation: { function: 'rotateOriginSecret', days: 30 },
    replicated: true,
    retained: false,
  }),
});
