import { AwsError, type Cloud } from '../cloud.ts';
import type { Buses } from './buses.ts';
import { everything, type Input, type Operations, page } from './operation.ts';
import { matchesEventPattern } from './pattern.ts';
import { busName, type Rule } from './rules.ts';

/** AWS's own fields of an event, which TestEventPattern insists on. */
const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

const testEventPattern = ({ EventPattern, Event }: Input): { Result: boolean } => {
  const event = parseEvent(Event);
  if (event === undefined || REQUIRED.some((field) => !(field in event)))
    throw new AwsError('ValidationException', 'Parameter Event is not valid.');
  try {
    return { Result: matchesEventPattern(EventPattern, event) };
  } catch (error) {
    throw new AwsError('InvalidEventPatternException', (error as Error).message);
  }
};

const parseEvent = (text: string | undefined): object | undefined => {
  try {
    const event: unknown = JSON.parse(text ?? '');
    return typeof event === 'object' && event !== null && !Array.isArray(event) ? event : undefined;
  } catch {
    return undefined;
  }
};

/** Reading buses and rules, and switching rules. */
export const createRuleOperations = (cloud: Cloud, buses: Buses): Operations => {
  const arn = (resource: string) => `arn:aws:events:${cloud.region}:${cloud.accountId}:${resource}`;
  const aRule = ({ Name, Rule: rule, EventBusName }: Input) => {
    const bus = busName(EventBusName);
    return arn(`rule/${bus === 'default' ? '' : `${bus}/`}${Name ?? rule ?? '*'}`);
  };
  const describeRule = (rule: Rule) => ({
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.schedule,
    State: buses.isEnabled(rule) ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.bus,
  });
  const switchRule = (isEnabled: boolean): Operations[string] => ({
    resource: aRule,
    handle: ({ Name = '', EventBusName }) => buses.setEnabled(buses.findRule(Name, EventBusName), isEnabled),
  });

  return {
    TestEventPattern: { resource: everything, handle: testEventPattern },
    DescribeEventBus: {
      resource: ({ Name }) => arn(`event-bus/${busName(Name)}`),
      handle: ({ Name }) => {
        const bus = buses.find(Name);
        return { Name: bus.name, Arn: bus.arn };
      },
    },
    ListEventBuses: {
      resource: everything,
      handle: (input) => {
        const found = buses.all.filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
        return page(
          'EventBuses',
          found.map(({ name, arn: Arn }) => ({ Name: name, Arn })),
          input,
        );
      },
    },
    ListRules: {
      resource: aRule,
      handle: (input) => {
        const bus = buses.find(input.EventBusName).name;
        const found = buses.rules.filter(
          (rule) => rule.bus === bus && rule.name.startsWith(input.NamePrefix ?? ''),
        );
        return page('Rules', found.map(describeRule), input);
      },
    },
    DescribeRule: {
      resource: aRule,
      handle: ({ Name = '', EventBusName }) => describeRule(buses.findRule(Name, EventBusName)),
    },
    ListTargetsByRule: {
      resource: aRule,
      handle: (input) => page('Targets', buses.findRule(input.Rule ?? '', input.EventBusName).targets, input),
    },
    EnableRule: switchRule(true),
    DisableRule: switchRule(false),
  };
};
