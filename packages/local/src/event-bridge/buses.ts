import { AwsError, type Cloud, type Store } from '../cloud.ts';
import { createSelector, type Pattern } from './pattern.ts';
import { busName, type Rule } from './rules.ts';

interface Bus {
  readonly name: string;
  readonly arn: string;
}

export interface Buses {
  readonly all: readonly Bus[];
  readonly rules: readonly Rule[];
  /** By name or ARN; nothing means the default bus. Throws ResourceNotFoundException. */
  find(nameOrArn: string | undefined): Bus;
  /** Throws ResourceNotFoundException. */
  findRule(name: string, bus: string | undefined): Rule;
  isEnabled(rule: Rule): boolean;
  /** Holds until the template says something else about the rule. */
  setEnabled(rule: Rule, isEnabled: boolean): void;
  /** The enabled rules of a bus that an event matches; undefined where there is no such bus. */
  match(nameOrArn: string | undefined, event: unknown): readonly Rule[] | undefined;
}

/** What EnableRule or DisableRule made of a rule. */
interface State {
  readonly template: boolean;
  readonly isEnabled: boolean;
}

type Matching = Rule & { readonly pattern: Pattern };

const stateKey = ({ arn }: Rule) => `rule-state/${arn}`;

/** The buses of the templates, the default one, and the rules on each, whichever stack they are from. */
export const createBuses = (cloud: Cloud, store: Store, rules: readonly Rule[]): Buses => {
  const arnOf = (name: string) => `arn:aws:events:${cloud.region}:${cloud.accountId}:event-bus/${name}`;
  const names = ['default', ...cloud.ofType('AWS::Events::EventBus').map(({ ref }) => busName(ref))];
  const all = names.map((name) => ({ name, arn: arnOf(name) }));
  for (const { name, bus } of rules)
    if (!names.includes(bus)) cloud.log.warn('events', `${name}: there is no event bus ${bus} here`);
  const states = new Map<string, State>();
  for (const rule of rules) {
    const state = store.get<State>(stateKey(rule));
    if (state?.template === rule.isEnabled) states.set(rule.arn, state);
  }
  const isEnabled = (rule: Rule) => states.get(rule.arn)?.isEnabled ?? rule.isEnabled;
  const selectorOf = (bus: string) =>
    createSelector(
      rules.filter(
        (rule): rule is Matching => rule.bus === bus && rule.pattern !== undefined && isEnabled(rule),
      ),
    );
  const selectors = new Map(names.map((name) => [name, selectorOf(name)]));

  return {
    all,
    rules,
    find: (nameOrArn) => {
      const name = busName(nameOrArn);
      const bus = all.find((one) => one.name === name);
      if (bus !== undefined) return bus;
      throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    },
    findRule: (name, bus) => {
      const found = rules.find((rule) => rule.name === name && rule.bus === busName(bus));
      if (found !== undefined) return found;
      throw new AwsError(
        'ResourceNotFoundException',
        `Rule ${name} does not exist on EventBus ${busName(bus)}.`,
      );
    },
    isEnabled,
    setEnabled: (rule, enabled) => {
      const state = { template: rule.isEnabled, isEnabled: enabled };
      store.put(stateKey(rule), state);
      states.set(rule.arn, state);
      selectors.set(rule.bus, selectorOf(rule.bus));
    },
    match: (nameOrArn, event) => selectors.get(busName(nameOrArn))?.(event),
  };
};
