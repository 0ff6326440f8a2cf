import { pathName } from './naming.ts';
import { allow, type Conditions, getAtt, type Statement, sub, type Value } from './template.ts';

/** The logical id of the one key with which a context encrypts all that it keeps. */
export const keyId = 'EncryptionKey';

/** The ARN of the own context's key. */
export const ownKey = getAtt(keyId, 'Arn');

/** Where a context publishes the ARN of its key, whose id AWS makes up. */
export const keyParameter = (context: string, stage: string): string =>
  `${pathName({ context, name: keyId }, stage)}/arn`;

/** The ARN of the key of a resource's owner. */
export const keyOf = (
  { context, own }: { readonly context: string; readonly own: boolean },
  stage: string,
): Value => (own ? ownKey : `{{resolve:ssm:${keyParameter(context, stage)}}}`);

/** A service that encrypts with the key on behalf of its callers. */
export type Keeper = 'dynamodb' | 's3' | 'secretsmanager' | 'sns' | 'sqs' | 'states';

/** What a workflow's definition, executions and their data are encrypted in the name of. */
export const machineContext = 'kms:EncryptionContext:aws:states:stateMachineArn';

/**
 * The delivery of a workflow's log, which Step Functions encrypts in the name of all logs of the account: the star is
 * part of the name.
 */
export const deliveryOfLogs = {
  StringEquals: {
    'kms:EncryptionContext:SourceArn': sub(
      `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:*`,
    ),
  },
};

/** What `kms:ViaService` says of a call that a service makes for its caller. */
export const viaService = (keeper: Keeper): Value => sub(`${keeper}.\${AWS::Region}.\${AWS::URLSuffix}`);

/** What reading asks of a key; for DynamoDB writing, too, as a table's own key is opened in either case. */
export const opening = ['kms:Decrypt'];

/** What writing asks of a key: a new data key, and the one in use. */
export const sealing = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** Lets a role use a key, but only by way of the service that keeps what is encrypted. */
export const allowKey = (
  actions: readonly string[],
  key: Value,
  keeper: Keeper,
  conditions: Conditions = {},
): Statement => ({
  ...allow(actions, key),
  Condition: {
    ...conditions,
    StringEquals: { 'kms:ViaService': viaService(keeper), ...conditions.StringEquals },
  },
});
