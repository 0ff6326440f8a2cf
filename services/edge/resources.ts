import { defineResources, distribution, secret, site } from '@emporium/resources';

/** The one host that customers see, what the APIs know it by, and what it shows where no API answers. */
export const resources = defineResources('edge', {
  Distribution: distribution({ webAcl: 'WebAcl' }),
  OriginSecret: secret({
    description: 'The header by which the APIs know requests that came through CloudFront',
    rotation: { function: 'rotateOriginSecret', days: 30 },
    replicated: true,
    retained: false,
  }),
  SiteBucket: site({ folder: 'site', distribution: 'Distribution' }),
});
