import {
  CloudFrontClient,
  type DistributionConfig,
  GetDistributionCommand,
  type Origin,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { traced } from '@emporium/functions';

/** The header's name, as the template gives it to the origins that are APIs. */
const HEADER = 'x-origin-verify';

/** What the distribution sends to the APIs. */
export interface Distribution {
  /** The header's values, one where all is well, and whether they have reached all of CloudFront's locations. */
  sends(): Promise<{ readonly values: readonly string[]; readonly isDeployed: boolean }>;
  /** Has it send this value; does nothing where it does. */
  send(value: string): Promise<void>;
}

const valuesOf = ({ Origins }: DistributionConfig): string[] => [
  ...new Set(
    (Origins?.Items ?? []).flatMap((origin) =>
      (origin.CustomHeaders?.Items ?? [])
        .filter(({ HeaderName }) => HeaderName === HEADER)
        .map(({ HeaderValue = '' }) => HeaderValue),
    ),
  ),
];

const withValue = (origin: Origin, value: string): Origin => ({
  ...origin,
  ...(origin.CustomHeaders?.Items && {
    CustomHeaders: {
      ...origin.CustomHeaders,
      Items: origin.CustomHeaders.Items.map((header) =>
        header.HeaderName === HEADER ? { ...header, HeaderValue: value } : header,
      ),
    },
  }),
});

/** The distribution in CloudFront. */
export const distribution = (id: string, client = traced(new CloudFrontClient({}))): Distribution => {
  const get = async () => {
    const { ETag, Distribution } = await client.send(new GetDistributionCommand({ Id: id }));
    const config = Distribution?.DistributionConfig;
    if (config === undefined) throw new Error(`CloudFront gives no configuration of ${id}`);
    return { config, etag: ETag, isDeployed: Distribution?.Status === 'Deployed' };
  };
  return {
    sends: async () => {
      const { config, isDeployed } = await get();
      return { values: valuesOf(config), isDeployed };
    },
    send: async (value) => {
      const { config, etag } = await get();
      const values = valuesOf(config);
      if (values.length === 0) throw new Error(`No origin of ${id} has the header ${HEADER}`);
      if (values.length === 1 && values[0] === value) return;
      const Origins = {
        ...config.Origins,
        Quantity: config.Origins?.Quantity,
        Items: config.Origins?.Items?.map((origin) => withValue(origin, value)),
      };
      // Whoever else changes it meanwhile makes this fail, and the rotation tries again: nobody's change is lost.
      await client.send(
        new UpdateDistributionCommand({
          Id: id,
          IfMatch: etag,
          DistributionConfig: { ...config, Origins },
        }),
      );
    },
  };
};
