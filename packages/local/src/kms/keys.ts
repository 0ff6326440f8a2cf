import { randomBytes } from 'node:crypto';
import { AwsError, type Cloud, type Resource } from '../cloud.ts';
import { uuidFrom } from '../cloudformation/identity.ts';
import { StartError } from '../start-error.ts';
import { aliasesOf, keyArnOf, managedKey } from './resolve-key.ts';

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly description: string;
  /** Whether AWS made it for a service, not a template. */
  readonly managed: boolean;
  readonly aliases: readonly string[];
  readonly material: Buffer;
  readonly createdAt: number;
}

interface KeyProperties {
  readonly Description?: string;
  readonly Enabled?: boolean | string;
  readonly KeySpec?: string;
  readonly KeyUsage?: string;
}

interface Stored {
  readonly material: string;
  readonly createdAt: number;
}

export interface Keys {
  /** By id, ARN, alias or alias ARN. Throws NotFoundException. */
  find(id: string): Key;
}

/** The keys of the templates. What they encrypt with is made once, at random, and kept in the data folder. */
export const openKeys = (cloud: Cloud): Keys => {
  const store = cloud.store('kms');
  const aliases = aliasesOf(cloud);
  const keys = new Map<string, Key>();

  const make = (
    id: string,
    arn: string,
    rest: Pick<Key, 'enabled' | 'description' | 'managed' | 'aliases'>,
  ) => {
    let stored = store.get<Stored>(id);
    if (stored === undefined) {
      stored = { material: randomBytes(32).toString('base64'), createdAt: Date.now() };
      store.put(id, stored);
    }
    const key = {
      id,
      arn,
      ...rest,
      material: Buffer.from(stored.material, 'base64'),
      createdAt: stored.createdAt,
    };
    keys.set(arn, key);
    return key;
  };
  for (const resource of cloud.ofType<KeyProperties>('AWS::KMS::Key')) {
    refuseUnsupported(resource);
    const { Description = '', Enabled = true } = resource.properties;
    make(resource.ref, resource.arn, {
      enabled: String(Enabled) === 'true',
      description: Description,
      managed: false,
      aliases: [...aliases].filter(([, arn]) => arn === resource.arn).map(([name]) => name),
    });
  }

  /** AWS makes its own key for a service when it is first used. */
  const managed = (service: string): Key => {
    const id = uuidFrom(`alias/aws/${service}`);
    const arn = `arn:aws:kms:${cloud.region}:${cloud.accountId}:key/${id}`;
    const description = `Default key that protects my ${service} data when no other key is defined`;
    const aliasesOfIt = [`alias/aws/${service}`];
    return (
      keys.get(arn) ?? make(id, arn, { enabled: true, description, managed: true, aliases: aliasesOfIt })
    );
  };
  return {
    find: (id) => {
      const service = managedKey.exec(id)?.[1];
      if (service !== undefined) return managed(service);
      const arn = keyArnOf(cloud, id);
      if (arn === undefined) throw notFound(`Alias ${aliasArn(cloud, id)} is not found.`);
      const key = keys.get(arn);
      if (key === undefined) throw notFound(`Key '${arn}' does not exist`);
      return key;
    },
  };
};

const notFound = (message: string) => new AwsError('NotFoundException', message);

const aliasArn = ({ region, accountId }: Cloud, name: string): string =>
  name.startsWith('arn:') ? name : `arn:aws:kms:${region}:${accountId}:${name}`;

const refuseUnsupported = ({ service, logicalId, properties }: Resource<KeyProperties>): void => {
  const { KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT' } = properties;
  if (KeySpec === 'SYMMETRIC_DEFAULT' && KeyUsage === 'ENCRYPT_DECRYPT') return;
  throw new StartError(
    `The template of ${service}: a key of KeySpec ${KeySpec} for ${KeyUsage} does not run locally: only symmetric encryption does (at Resources.${logicalId}.Properties)`,
  );
};
