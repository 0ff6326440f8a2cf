import type { Cloud } from '../cloud.ts';
import { noSuchBucket } from './errors.ts';

export interface CorsRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: number;
}

export interface NotificationTarget {
  /** Such as `s3:ObjectCreated:*`. */
  readonly Event: string;
  readonly Function?: string;
  readonly Queue?: string;
  readonly Topic?: string;
  readonly Filter?: { readonly S3Key: { readonly Rules: readonly { Name: string; Value: string }[] } };
}

interface Properties {
  readonly VersioningConfiguration?: { readonly Status?: string };
  readonly CorsConfiguration?: { readonly CorsRules?: readonly CorsRule[] };
  readonly NotificationConfiguration?: {
    readonly EventBridgeConfiguration?: { readonly EventBridgeEnabled?: boolean };
    readonly LambdaConfigurations?: readonly NotificationTarget[];
    readonly QueueConfigurations?: readonly NotificationTarget[];
    readonly TopicConfigurations?: readonly NotificationTarget[];
  };
}

export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly isVersioned: boolean;
  readonly cors: readonly CorsRule[];
  readonly notifications: readonly NotificationTarget[];
  readonly tellsEventBridge: boolean;
}

export interface Buckets {
  readonly all: readonly Bucket[];
  /** Throws NoSuchBucket. */
  get(name: string | undefined): Bucket;
}

/** The buckets of the templates. */
export const readBuckets = (cloud: Pick<Cloud, 'ofType'>): Buckets => {
  const all = cloud.ofType<Properties>('AWS::S3::Bucket').map(({ ref, arn, properties }): Bucket => {
    const { NotificationConfiguration: notify = {} } = properties;
    return {
      name: ref,
      arn,
      isVersioned: properties.VersioningConfiguration?.Status === 'Enabled',
      cors: properties.CorsConfiguration?.CorsRules ?? [],
      notifications: [
        ...(notify.LambdaConfigurations ?? []),
        ...(notify.QueueConfigurations ?? []),
        ...(notify.TopicConfigurations ?? []),
      ],
      // The property alone turns it on; `EventBridgeEnabled` may say otherwise.
      tellsEventBridge:
        notify.EventBridgeConfiguration !== undefined &&
        notify.EventBridgeConfiguration.EventBridgeEnabled !== false,
    };
  });
  const byName = new Map(all.map((bucket) => [bucket.name, bucket]));
  return {
    all,
    get: (name = '') => {
      const bucket = byName.get(name);
      if (bucket === undefined) throw noSuchBucket();
      return bucket;
    },
  };
};
