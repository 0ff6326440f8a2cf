import { createHash } from 'node:crypto';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { S3Client } from '@aws-sdk/client-s3';
import { contentOf, type Site } from './sites.ts';

export interface Upload {
  readonly s3: S3Client;
  readonly cloudFront: CloudFrontClient;
  readonly serviceDir: string;
  readonly bucket: string;
  /** The distribution that caches the bucket's objects. */
  readonly distributionId: string;
}

/**
 * Makes a bucket hold what the site's folder does: only what has changed is sent, what is gone is removed, and CloudFront
 * forgets what it kept.
 *
 * @returns how many files were sent or removed.
 */
export const uploadSite = async (site: Site, upload: Upload): Promise<number> => {
  const { s3, serviceDir, bucket: Bucket } = upload;
  const { DeleteObjectCommand, PutObjectCommand } = await import('@aws-sdk/client-s3');
  const stored = await tagsOf(s3, Bucket);
  const changes: Promise<unknown>[] = [];
  for (const file of site.Files) {
    const Body = contentOf(serviceDir, site, file);
    // What S3 calls the ETag of an object that came in one part.
    const tag = `"${createHash('md5').update(Body).digest('hex')}"`;
    if (stored.get(file.Key) !== tag) {
      changes.push(s3.send(new PutObjectCommand({ Bucket, ...file, Body })));
    }
    stored.delete(file.Key);
  }
  for (const Key of stored.keys()) changes.push(s3.send(new DeleteObjectCommand({ Bucket, Key })));
  await Promise.all(changes);
  if (changes.length > 0) await invalidate(upload);
  return changes.length;
};

/** Empties a bucket: CloudFormation removes no other. */
export const emptySite = async ({ s3, bucket: Bucket }: Pick<Upload, 's3' | 'bucket'>): Promise<void> => {
  const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
  const stored = await tagsOf(s3, Bucket);
  await Promise.all([...stored.keys()].map((Key) => s3.send(new DeleteObjectCommand({ Bucket, Key }))));
};

/** The ETags of all objects, by key. */
const tagsOf = async (s3: S3Client, Bucket: string): Promise<Map<string, string | undefined>> => {
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const tags = new Map<string, string | undefined>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key, ETag } of Contents) if (Key !== undefined) tags.set(Key, ETag);
  }
  return tags;
};

const invalidate = async ({ cloudFront, distributionId }: Upload): Promise<void> => {
  const { CreateInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
  await cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: distributionId,
      InvalidationBatch: { CallerReference: new Date().toISOString(), Paths: { Quantity: 1, Items: ['/*'] } },
    }),
  );
};
