import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { traced } from '@emporium/functions';

/** A version of the secret, by its id or its staging label. */
export type Version = { readonly VersionId: string } | { readonly VersionStage: 'AWSCURRENT' };

/** The secret's versions. */
export interface OriginSecret {
  /** The version's value, and when it was made; nothing where it has none. */
  read(version: Version): Promise<{ readonly id: string; readonly value: string } | undefined>;
  /** Keeps a value under the token, waiting to be used. */
  propose(token: string, value: string): Promise<void>;
  /** Makes a version the one that is current; the one that was becomes the one before. */
  promote(token: string, current: string): Promise<void>;
  /** Whether the secret is in every region what it is here. */
  isReplicated(): Promise<boolean>;
}

/** The secret in Secrets Manager. */
export const originSecret = (arn: string, client = traced(new SecretsManagerClient({}))): OriginSecret => ({
  read: async (version) => {
    try {
      const answer = await client.send(new GetSecretValueCommand({ SecretId: arn, ...version }));
      return { id: answer.VersionId ?? '', value: answer.SecretString ?? '' };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  },
  propose: async (token, value) => {
    await client.send(
      new PutSecretValueCommand({
        SecretId: arn,
        ClientRequestToken: token,
        SecretString: value,
        VersionStages: ['AWSPENDING'],
      }),
    );
  },
  promote: async (token, current) => {
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: token,
        RemoveFromVersionId: current,
      }),
    );
  },
  isReplicated: async () => {
    const { ReplicationStatus = [] } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
    return ReplicationStatus.every(({ Status }) => Status === 'InSync');
  },
});
