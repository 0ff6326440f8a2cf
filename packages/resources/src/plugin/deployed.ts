import type { KeptResources } from './kept.ts';
import type { Serverless } from './serverless.ts';

/** The resources of the stack as it is deployed now; none, where it isn't. */
export const deployedResources = async (serverless: Serverless): Promise<KeptResources> => {
  // Packaging needs no SDK, and is quicker without.
  const { CloudFormationClient, GetTemplateCommand } = await import('@aws-sdk/client-cloudformation');
  const aws = serverless.getProvider('aws');
  const client = new CloudFormationClient(await aws.getAwsSdkV3Config());
  try {
    const { TemplateBody = '{}' } = await client.send(
      new GetTemplateCommand({ StackName: aws.naming.getStackName(), TemplateStage: 'Original' }),
    );
    return (JSON.parse(TemplateBody) as { Resources?: KeptResources }).Resources ?? {};
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return {};
    throw error;
  } finally {
    client.destroy();
  }
};
