import { deliveryOfLogs, machineContext, ownKey, sealing } from '../key.ts';
import { type Address, arnByName, functionArn, physicalName, shortName } from '../naming.ts';
import { aliasOf, allow, type Stage, type Statement, sub, type TemplateResources } from '../template.ts';
import { logDelivery, xray } from '../wildcards.ts';
import { role } from './role.ts';

/** The role and the log group of a workflow; `granted` is what its `link` allows. */
export const stateMachineTemplate = (
  address: Address,
  invoke: readonly Address[],
  granted: readonly Statement[],
  { stage, region, settings }: Stage,
): TemplateResources => {
  const name = physicalName(address, stage);
  const arn = sub(arnByName.stateMachine(address, stage));
  const alias = aliasOf({ settings });
  const [first, ...others] = invoke.map((target) => sub(functionArn(target, stage, alias)));
  return {
    [`${address.name}LogGroup`]: {
      Type: 'AWS::Logs::LogGroup',
      // Under this prefix all workflows share one entry in the logs' resource policy, whose size is limited.
      Properties: {
        LogGroupName: `/aws/vendedlogs/states/${name}`,
        RetentionInDays: settings.logRetentionInDays,
        // What is told of executions is kept as they are.
        KmsKeyId: ownKey,
      },
    },
    [`${address.name}Role`]: role({
      name: shortName(`${name}-${region}`),
      principal: 'states.amazonaws.com',
      source: arn,
      statements: [
        ...(first === undefined ? [] : [allow(['lambda:InvokeFunction'], first, ...others)]),
        ...granted,
        // Not by way of Step Functions, which takes on the role and calls KMS as it.
        { ...allow(sealing, ownKey), Condition: { StringEquals: { [machineContext]: arn } } },
        { ...allow(['kms:GenerateDataKey'], ownKey), Condition: deliveryOfLogs },
        allow(xray.actions, '*'),
        allow(logDelivery.actions, '*'),
      ],
    }),
  };
};
