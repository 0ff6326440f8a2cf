import type { AlarmState } from './judge.ts';

const TOKEN =
  /\s*(?:(AND|OR|NOT|TRUE|FALSE)\b|(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|([^\s()]+))\s*\)|([()]))/y;

/** A composite alarm's rule, read: tells whether it holds, given the state of an alarm by name or ARN. */
export type AlarmRule = (stateOf: (alarm: string) => AlarmState) => boolean;

/** Throws for what is no rule. */
export const parseAlarmRule = (rule: string): AlarmRule => {
  const tokens: { word: string; alarm?: string }[] = [];
  TOKEN.lastIndex = 0;
  for (const end = rule.trimEnd().length; TOKEN.lastIndex < end; ) {
    const at = TOKEN.lastIndex;
    const [, word, state, quoted, plain, bracket] = TOKEN.exec(rule) ?? [];
    const alarm = quoted ?? plain;
    const text = word ?? state ?? bracket;
    if (text === undefined) throw new Error(`Invalid alarm rule at "${rule.slice(at)}"`);
    tokens.push({ word: text, ...(alarm !== undefined && { alarm }) });
  }
  const take = (word: string): boolean => {
    if (tokens[0]?.word !== word || tokens[0].alarm !== undefined) return false;
    tokens.shift();
    return true;
  };

  // NOT binds before AND, and AND before OR.
  const either = (): AlarmRule => {
    let left = both();
    while (take('OR')) {
      const [one, other] = [left, both()];
      left = (stateOf) => one(stateOf) || other(stateOf);
    }
    return left;
  };
  const both = (): AlarmRule => {
    let left = single();
    while (take('AND')) {
      const [one, other] = [left, single()];
      left = (stateOf) => one(stateOf) && other(stateOf);
    }
    return left;
  };
  const single = (): AlarmRule => {
    if (take('NOT')) {
      const inner = single();
      return (stateOf) => !inner(stateOf);
    }
    if (take('TRUE')) return () => true;
    if (take('FALSE')) return () => false;
    if (take('(')) {
      const inner = either();
      if (!take(')')) throw new Error(`Invalid alarm rule: ")" is missing in "${rule}"`);
      return inner;
    }
    const { word, alarm } = tokens.shift() ?? {};
    if (alarm === undefined) throw new Error(`Invalid alarm rule: "${rule}"`);
    return (stateOf) => stateOf(alarm) === word;
  };

  const parsed = either();
  if (tokens.length > 0) throw new Error(`Invalid alarm rule: "${rule}"`);
  return parsed;
};
