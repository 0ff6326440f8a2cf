import type { Description } from '../define-resources.ts';
import type { Serverless } from './serverless.ts';
import { emptySite, uploadSite } from './site-upload.ts';
import { sitesOf } from './sites.ts';

/** After a deployment: fills the buckets of the service's sites. */
export const deploySites = async (serverless: Serverless, { definitions }: Description): Promise<void> => {
  const sites = sitesOf(serverless.service.resources?.Resources ?? {});
  if (sites.size === 0) return;
  const { s3, cloudFront, physicalId } = await clientsOf(serverless);
  for (const [id, site] of sites) {
    const definition = definitions[id];
    if (definition?.kind !== 'site') continue;
    const [bucket, distributionId] = await Promise.all([physicalId(id), physicalId(definition.distribution)]);
    await uploadSite(site, { s3, cloudFront, serviceDir: serverless.serviceDir, bucket, distributionId });
  }
};

/** Before a removal: empties them, as CloudFormation removes no bucket that holds anything. */
export const emptySites = async (serverless: Serverless): Promise<void> => {
  const sites = sitesOf(serverless.service.resources?.Resources ?? {});
  if (sites.size === 0) return;
  const { s3, physicalId } = await clientsOf(serverless);
  for (const id of sites.keys()) {
    try {
      await emptySite({ s3, bucket: await physicalId(id) });
    } catch (error) {
      // The stack, its bucket, or just that: a removal may be the second attempt.
      if (!/does not exist/.test((error as Error).message)) throw error;
    }
  }
};

const clientsOf = async (serverless: Serverless) => {
  const aws = serverless.getProvider('aws');
  const config = await aws.getAwsSdkV3Config();
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { CloudFrontClient } = await import('@aws-sdk/client-cloudfront');
  const { CloudFormationClient, DescribeStackResourceCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const cloudFormation = new CloudFormationClient(config);
  const physicalId = async (LogicalResourceId: string): Promise<string> => {
    const StackName = aws.naming.getStackName();
    const { StackResourceDetail } = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName, LogicalResourceId }),
    );
    return StackResourceDetail?.PhysicalResourceId ?? '';
  };
  return { s3: new S3Client(config), cloudFront: new CloudFrontClient(config), physicalId };
};
