/** Whether a value is an intrinsic function itself: what it gives shows only once it is resolved. */
const isIntrinsic = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const [key = '', ...others] = Object.keys(value);
  return others.length === 0 && /^(?:Ref|Condition|Fn::\w+)$/.test(key);
};

type Shape = (value: unknown) => boolean;

const any: Shape = () => true;
const text: Shape = (value) => typeof value === 'string';
const textOrIntrinsic: Shape = (value) => typeof value === 'string' || isIntrinsic(value);
const list: Shape = (value) => Array.isArray(value) || isIntrinsic(value);
const map: Shape = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const index: Shape = (value) => /^\d+$/.test(String(value)) || isIntrinsic(value);

const tuple =
  (...items: readonly Shape[]): Shape =>
  (value) =>
    Array.isArray(value) && value.length === items.length && items.every((is, at) => is(value[at]));
const between =
  (least: number, most: number): Shape =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most;
const either =
  (...shapes: readonly Shape[]): Shape =>
  (value) =>
    shapes.some((is) => is(value));

/** What each function takes, and how its documentation writes that. */
export const shapes: Readonly<Record<string, readonly [is: Shape, form: string]>> = {
  Ref: [text, 'a name'],
  'Fn::And': [between(2, 10), 'a list of 2 to 10 conditions'],
  'Fn::Base64': [textOrIntrinsic, 'a text'],
  'Fn::Equals': [tuple(any, any), '[value, value]'],
  'Fn::FindInMap': [tuple(textOrIntrinsic, textOrIntrinsic, textOrIntrinsic), '[map, first key, second key]'],
  'Fn::GetAZs': [textOrIntrinsic, 'a region'],
  'Fn::GetAtt': [
    either(tuple(text, textOrIntrinsic), (value) => text(value) && /^[^.]+\../.test(String(value))),
    '[resource, attribute]',
  ],
  'Fn::If': [tuple(text, any, any), '[condition, value if it holds, value if not]'],
  'Fn::ImportValue': [textOrIntrinsic, 'the name of an export'],
  'Fn::Join': [tuple(text, list), '[delimiter, list]'],
  'Fn::Length': [list, 'a list'],
  'Fn::Not': [tuple(any), 'a list of one condition'],
  'Fn::Or': [between(2, 10), 'a list of 2 to 10 conditions'],
  'Fn::Select': [tuple(index, list), '[index, list]'],
  'Fn::Split': [tuple(text, textOrIntrinsic), '[delimiter, text]'],
  'Fn::Sub': [either(text, tuple(text, map)), 'a text, or [text, variables]'],
  'Fn::ToJsonString': [either(map, list), 'an object or a list'],
};
