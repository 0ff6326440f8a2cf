import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { CustomerRegistered } from '@emporium/contracts';
import { documentClient, outboxEntry, transact } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { Profile } from './domain/profile.ts';
import { profileItem, profileKey, toProfile } from './items.ts';

/** The customers' profiles. */
export const userStore = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.UsersTable,
) => ({
  async findProfile(customerId: string): Promise<Profile | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table.name, Key: profileKey(customerId), ConsistentRead: true }),
    );
    return Item && toProfile(Item);
  },

  /** Adds a profile and tells of it; once, whoever else tries. */
  async addProfile(profile: Profile, { correlationId }: { correlationId: string }): Promise<void> {
    const { customerId, email, name } = profile;
    const registered = outboxEntry(CustomerRegistered, { customerId, email, name }, { correlationId });
    // A condition that does not hold means that it is there.
    await transact(client, [
      {
        Put: {
          TableName: table.name,
          Item: profileItem(profile),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Put: { TableName: table.name, Item: registered } },
    ]);
  },
});

export type UserStore = ReturnType<typeof userStore>;
