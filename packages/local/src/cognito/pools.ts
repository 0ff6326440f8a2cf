import type { AppClient } from 'cognito-local/lib/services/appClient.js';
import type { Services } from 'cognito-local/lib/services/index.js';
import type { UserPool } from 'cognito-local/lib/services/userPoolService.js';
import type { Cloud } from '../cloud.ts';
import { context } from './services.ts';

interface Group {
  readonly UserPoolId: string;
  readonly Description?: string;
  readonly Precedence?: number;
}

/** Makes the templates' pools, clients and groups; what changed in a template changes here, users stay. */
export const createPools = async (cloud: Cloud, { cognito }: Services): Promise<void> => {
  const now = new Date();
  for (const { ref, arn, properties, service } of cloud.ofType<Partial<UserPool>>('AWS::Cognito::UserPool')) {
    const pool = { ...properties, Id: ref, Arn: arn } as UserPool;
    if (Object.keys(pool.LambdaConfig ?? {}).length > 0) {
      cloud.log.warn(service, 'the triggers in LambdaConfig are not run locally');
    }
    const options = await cognito.createUserPool(context, pool);
    await (await cognito.getUserPool(context, ref)).updateOptions(context, { ...options, ...pool });
  }
  for (const { ref, properties } of cloud.ofType<AppClient>('AWS::Cognito::UserPoolClient')) {
    const pool = await cognito.getUserPool(context, properties.UserPoolId);
    const client = { ...properties, ClientId: ref, CreationDate: now, LastModifiedDate: now };
    await pool.saveAppClient(context, client);
  }
  for (const { ref, properties } of cloud.ofType<Group>('AWS::Cognito::UserPoolGroup')) {
    const pool = await cognito.getUserPool(context, properties.UserPoolId);
    const known = await pool.getGroupByGroupName(context, ref);
    const { Description, Precedence } = properties;
    await pool.saveGroup(context, {
      CreationDate: now,
      ...known,
      GroupName: ref,
      LastModifiedDate: now,
      ...(Description !== undefined && { Description }),
      ...(Precedence !== undefined && { Precedence }),
    });
  }
};
