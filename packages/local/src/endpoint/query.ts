import { AwsError } from '../cloud.ts';

interface Tree {
  [name: string]: Tree | string;
}

/** Deeper than any input of these services. */
const MAX_DEPTH = 32;

/** Reads the form of a query request: its action, and its fields as a tree. */
export const decodeForm = (body: Buffer): { action: string; version: string; input: unknown } => {
  const form = new URLSearchParams(body.toString());
  const action = form.get('Action');
  if (action === null || action === '') {
    throw new AwsError('MissingAction', 'The request is missing an action or a required parameter.');
  }
  const input = emptyTree();
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue;
    const path = name.split('.');
    if (path.length > MAX_DEPTH) throw new AwsError('MalformedInput', 'A field is nested too deeply');
    place(input, path, value);
  }
  return { action, version: form.get('Version') ?? '', input: toLists(input) };
};

/** Without a prototype, so that no field of a request is taken for one of every object. */
const emptyTree = (): Tree => Object.create(null) as Tree;

const place = (tree: Tree, [head = '', ...rest]: string[], value: string): void => {
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const existing = tree[head];
  const branch: Tree = typeof existing === 'object' ? existing : emptyTree();
  tree[head] = branch;
  place(branch, rest, value);
};

/** `Attributes.entry.1.key/value` becomes a map, `Tags.member.1` a list. */
const toLists = (tree: Tree | string): unknown => {
  if (typeof tree === 'string') return tree;
  const entries = tree.entry;
  if (typeof entries === 'object') {
    return Object.fromEntries(
      Object.values(entries).map((entry) => {
        if (typeof entry === 'string')
          throw new AwsError('MalformedInput', 'Key and value are expected here');
        const { Name, key, Value, value } = entry;
        return [String(Name ?? key), toLists(Value ?? value ?? '')];
      }),
    );
  }
  const members = tree.member;
  if (typeof members === 'object') return Object.values(members).map(toLists);
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, toLists(value)]));
};
