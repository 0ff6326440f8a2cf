/** Credentials as the AWS SDK takes them. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Stands in for `@aws-sdk/credential-provider-node` in a function's bundle (by esbuild's `alias`). Lambda gives a
 * function its role's credentials in the environment and keeps them for as long as the environment lives, so the
 * SDK's other ways to find some (SSO, profiles, web identity, instance metadata and their HTTP clients) are a fifth
 * of a bundle that can never run.
 *
 * @throws Error when the environment holds none; nothing is waited for.
 *
 * @example
 * // esbuild
 * { alias: { '@aws-sdk/credential-provider-node': '@emporium/functions/lambda-credentials' } }
 */
export const defaultProvider = () => async (): Promise<Credentials> => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error('There are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
};
