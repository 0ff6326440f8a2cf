import { AwsError } from '../cloud.ts';
import { required } from './checks.ts';

type Kind = 'stateMachine' | 'execution';

/**
 * Reads an ARN of Step Functions.
 *
 * @throws AwsError `ValidationException` where there is none, `InvalidArn` for what is no ARN of this kind
 */
export const readArn = (field: string, value: string | undefined, kind: Kind): string => {
  const arn = required(field, value);
  const [prefix, , service, , , type, name] = arn.split(':');
  if (prefix !== 'arn' || service !== 'states' || !name)
    throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  if (type !== kind)
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${type}'`);
  return arn;
};

/** The ARN of the execution that `name` is in its state machine. */
export const executionArnOf = (machineArn: string, name: string): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;

/** The ARN of an execution's state machine. */
export const machineArnOf = (executionArn: string): string =>
  executionArn.replace(':execution:', ':stateMachine:').split(':').slice(0, 7).join(':');
