import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  ConcurrentUpdate,
  documentClient,
  isConditionFailed,
  newId,
  retryContended,
} from '@emporium/functions';
import { resources } from '../../resources.ts';
import { behaviourOfToken, type Card } from '../domain/cards.ts';
import { GatewayTimeout, type PaymentGateway } from './gateway.ts';
import { type Account, applyOnce, type Operation, openAccount, stateOf } from './sandbox-account.ts';

/** The built-in gateway: Stripe's test cards, and a memory of its own as an outside company has. */
export const sandboxGateway = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.SandboxTable,
): PaymentGateway => {
  const get = async (pk: string) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table.name, Key: { pk, sk: 'SANDBOX' }, ConsistentRead: true }),
    );
    return Item;
  };

  const load = async (paymentId: string) =>
    (await get(`PAYMENT#${paymentId}`)) as { account: Account; version: number } | undefined;

  const behaviourOf = async (paymentMethod: string, customerId: string) => {
    const token = behaviourOfToken(paymentMethod);
    if (token) return token;
    const method = await get(`METHOD#${paymentMethod}`);
    // Somebody else's card is as unknown as one that never was.
    return method && method.customerId === customerId ? (method.card as Card).behaviour : undefined;
  };

  const apply = (paymentId: string, idempotencyKey: string, operation: Operation) => {
    // A payment begins with its authorization: that one writes first and looks only where something is there.
    let looks = operation.type !== 'authorize';
    return retryContended(async () => {
      const known = looks ? await load(paymentId) : undefined;
      looks = true;
      const account = known?.account ?? openAccount(paymentId);
      const applied = applyOnce(account, idempotencyKey, operation);
      if (applied.repeated) return applied;
      const version = known?.version ?? 0;
      const Item = {
        pk: `PAYMENT#${paymentId}`,
        sk: 'SANDBOX',
        kind: 'account',
        account: applied.account,
        version: version + 1,
      };
      try {
        await client.send(
          new PutCommand({
            TableName: table.name,
            Item,
            ConditionExpression: 'attribute_not_exists(pk) OR version = :version',
            ExpressionAttributeValues: { ':version': version },
          }),
        );
      } catch (error) {
        // Somebody else's operation got in between: this one comes after it.
        throw isConditionFailed(error) ? new ConcurrentUpdate(paymentId) : error;
      }
      return applied;
    });
  };

  const answer =
    (type: 'capture' | 'void' | 'refund') =>
    async ({ paymentId, idempotencyKey }: { paymentId: string; idempotencyKey: string }) =>
      (await apply(paymentId, idempotencyKey, { type })).answer;

  return {
    async authorize({ paymentId, idempotencyKey, customerId, amount, paymentMethod }) {
      const card = await behaviourOf(paymentMethod, customerId);
      const operation: Operation = { type: 'authorize', amount: amount.amount, card };
      const applied = await apply(paymentId, idempotencyKey, operation);
      if (card === 'time_out' && !applied.repeated) throw new GatewayTimeout('The answer got lost');
      return applied.answer;
    },
    capture: answer('capture'),
    void: answer('void'),
    refund: answer('refund'),
    async find(paymentId) {
      const known = await load(paymentId);
      return known && stateOf(known.account);
    },
  };
};

/** The sandbox's vault. What it is given has lost its number already. */
export const sandboxVault = (
  client: DynamoDBDocumentClient = documentClient(),
  table: { readonly name: string } = resources.SandboxTable,
) => ({
  async add(customerId: string, card: Card): Promise<string> {
    const id = newId('pm');
    await client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: `METHOD#${id}`, sk: 'SANDBOX', kind: 'method', customerId, card },
      }),
    );
    return id;
  },
});
