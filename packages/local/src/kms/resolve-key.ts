import type { Cloud } from '../cloud.ts';

type Templates = Pick<Cloud, 'ofType' | 'region' | 'accountId'>;

interface Alias {
  readonly AliasName: string;
  readonly TargetKeyId: string;
}

/** Keys of AWS's own, which every service uses for who gives it none. */
export const managedKey = /^(?:arn:aws:kms:[^:]*:[^:]*:)?alias\/aws\/([\w-]+)$/;

/** The aliases of the templates, each with the ARN of its key. */
export const aliasesOf = (cloud: Templates): ReadonlyMap<string, string> =>
  new Map(
    cloud
      .ofType<Alias>('AWS::KMS::Alias')
      .map(({ properties }) => [properties.AliasName, keyArn(cloud, properties.TargetKeyId)]),
  );

const keyArn = ({ region, accountId }: Templates, id: string): string =>
  id.startsWith('arn:') ? id : `arn:aws:kms:${region}:${accountId}:key/${id}`;

/** The ARN of the key that an id, an ARN, or the name or the ARN of an alias stands for; undefined for an unknown alias. */
export const keyArnOf = (cloud: Templates, id: string): string | undefined => {
  const alias = /^(?:arn:aws:kms:[^:]*:[^:]*:)?(alias\/.+)$/.exec(id)?.[1];
  return alias === undefined ? keyArn(cloud, id) : aliasesOf(cloud).get(alias);
};
