import type { SiteDefinition } from '../definitions.ts';
import { type Address, bucketName } from '../naming.ts';
import { policyDocument, type Stage, sub, type TemplateResources } from '../template.ts';
import { privateBucket } from './simple.ts';

/** A private bucket that only its distribution reads. It holds copies, so it goes with its stack. */
export const siteTemplate = (
  address: Address,
  { distribution }: SiteDefinition,
  { stage }: Stage,
): TemplateResources => {
  const arn = `arn:\${AWS::Partition}:s3:::\${${address.name}}`;
  const cloudFront = {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Condition: {
      StringEquals: {
        'AWS:SourceArn': sub(
          `arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${${distribution}}`,
        ),
      },
    },
  } as const;
  return {
    [address.name]: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: sub(bucketName(address, stage)),
        // Not under the context's key: what anybody may read needs no secret, and CloudFront no grant on one.
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        ...privateBucket,
      },
    },
    [`${address.name}Policy`]: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: address.name },
        PolicyDocument: policyDocument([
          { ...cloudFront, Action: ['s3:GetObject'], Resource: [sub(`${arn}/*`)] },
          // Without it, S3 answers 403 for what is not there.
          { ...cloudFront, Action: ['s3:ListBucket'], Resource: [sub(arn)] },
        ]),
      },
    },
  };
};
