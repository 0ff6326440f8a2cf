import { expect, test } from '@jest/globals';
import { packagedTemplates, type Template, textOf } from './support/templates.ts';

/** A name under which somebody might put a secret. */
const TELLING = /secret|password|passphrase|token|credential|private|(api|access|signing|encryption)_?key/i;

/** What a link to a secret sets: where it is, not what it is. */
const WHERE = /^\{"(arn|name)":"[^"]*"\}$/;

/** What the values themselves look like, of AWS, of Stripe, of a signed token, of a private key. */
const VALUES = /(AKIA|ASIA)[0-9A-Z]{16}|[rs]k_(live|test)_\w{8}|eyJ[\w-]{10,}\.eyJ|-----BEGIN/;

/** The places of a template at which a secret's value stands, or would after the deployment. */
const exposed = ({ service, text, resources }: Template): string[] => {
  const { Outputs = {}, Parameters = {} } = JSON.parse(text);
  const found: string[] = [];
  const resolved = (value: unknown) =>
    /\{\{resolve:(secretsmanager|ssm-secure):/.test(JSON.stringify(value) ?? '');
  for (const [id, { Type, Properties = {} }] of Object.entries(resources)) {
    const at = `${service}.${id}`;
    for (const [name, value] of Object.entries(Properties.Environment?.Variables ?? {})) {
      if (resolved(value) || (TELLING.test(name) && !WHERE.test(textOf(value)))) found.push(`${at} ${name}`);
    }
    if (Type === 'AWS::SecretsManager::Secret' && 'SecretString' in Properties)
      found.push(`${at} SecretString`);
    // CloudFront can't read a header's value anywhere but in its own configuration.
    if (Type !== 'AWS::CloudFront::Distribution' && resolved(Properties)) found.push(at);
  }
  for (const [name, output] of Object.entries({ ...Outputs, ...Parameters })) {
    if (resolved(output)) found.push(`${service} ${name}`);
  }
  if (VALUES.test(text)) found.push(`${service}: ${VALUES.exec(text)?.[0]}`);
  return found;
};

test.each(['local', 'dev', 'prod'])(
  'no template of the stage %s has a secret in it, nor in an environment',
  async (stage) => {
    const templates = await packagedTemplates(stage);

    expect(templates.length).toBeGreaterThan(7);
    expect(templates.flatMap(exposed)).toEqual([]);
  },
  // Packaging a stage for the first time takes a while.
  600_000,
);

test.each([
  [
    'a variable that CloudFormation would fill',
    { STRIPE: '{{resolve:secretsmanager:gateway}}' },
    'a.Fn STRIPE',
  ],
  ['a variable that says what it is', { GATEWAY_TOKEN: 'abc' }, 'a.Fn GATEWAY_TOKEN'],
  ['a value that looks like one', { GATEWAY: 'sk_live_abcdefgh1234' }, 'a: sk_live_abcdefgh'],
])('%s is found', (_, Variables, place) => {
  const resources = { Fn: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } } };
  const text = JSON.stringify({ Resources: resources });

  expect(exposed({ service: 'a', text, resources })).toContain(place);
});

test('an output that tells a secret is found, a variable that says where it is isn’t', () => {
  const Variables = { LINK_payments_GatewaySecret: { 'Fn::Sub': `{"arn":"\${GatewaySecret}"}` } };
  const resources = { Fn: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } } };
  const Outputs = { Gateway: { Value: '{{resolve:ssm-secure:/gateway}}' } };
  const text = JSON.stringify({ Resources: resources, Outputs });

  expect(exposed({ service: 'a', text, resources })).toEqual(['a Gateway']);
});
