import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { CustomerRegistered } from '@emporium/contracts';
import { documentClient, isConditionFailed, outboxEntry } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { Profile } from './domain/profile.ts';

const keyOf = (customerId: string) => ({ pk: `CUSTOMER#${customerId}`, sk: 'PROFILE' });

export const userStore = (client = documentClient(), tableName = () => resources.UsersTable.name) => ({
  async profile(customerId: string): Promise<Profile | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName(), Key: keyOf(customerId), ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const { pk: _pk, sk: _sk, kind: _kind, ...profile } = Item;
    return profile as Profile;
  },

  /** Adds a profile and tells of it; once, whoever else tries. */
  async add(profile: Profile, { correlationId }: { correlationId: string }): Promise<void> {
    const TableName = tableName();
    const { customerId, email, name } = profile;
    const registered = outboxEntry(CustomerRegistered, { customerId, email, name }, { correlationId });
    const Item = { ...keyOf(customerId), kind: 'profile', ...profile };
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
            { Put: { TableName, Item: registered } },
          ],
        }),
      );
    } catch (error) {
      if (!isConditionFailed(error, 0)) throw error;
    }
  },
});

export type UserStore = ReturnType<typeof userStore>;
