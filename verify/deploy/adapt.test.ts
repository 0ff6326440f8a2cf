// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation takes such strings
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { adapt, type Template } from './adapt.ts';
import { type NotTaken, notTakenTable } from './not-taken.ts';

const leftOut: NotTaken = {
  type: 'AWS::X::Cache',
  why: 'unknown',
  instead: { Ref: (id) => `cache ${id}`, 'Endpoint.Address': () => 'localhost' },
};
const property: NotTaken = {
  type: 'AWS::X::Table',
  property: 'Streams.Kind',
  inItsPlace: { Old: 1 },
  why: 'refused',
};
const attribute: NotTaken = {
  type: 'AWS::X::Pool',
  attribute: 'Url',
  why: 'missing',
  instead: { Url: (id) => ({ Ref: id }) },
};
const rows = [leftOut, property, attribute];

const table = { Type: 'AWS::X::Table' };
const cache = { Type: 'AWS::X::Cache' };
const pool = { Type: 'AWS::X::Pool' };

const adapted = (template: Template) => adapt(template, rows);

test('a template that the server takes stays as it is', () => {
  const template: Template = {
    Resources: {
      Table: { ...table, Properties: { Streams: [{ Name: 'a' }], At: { 'Fn::GetAtt': ['Pool', 'Arn'] } } },
      Pool: {
        ...pool,
        DependsOn: ['Table'],
        Properties: { Name: { 'Fn::Sub': '${Table}-${!Cache}-${AWS::Region}' } },
      },
    },
    Outputs: { Pool: { Value: { Ref: 'Pool' } } },
  };

  expect(adapted(template)).toEqual({ template, needed: new Set() });
});

test('a resource is left out, and what refers to it gets what stands for it', () => {
  const { template, needed } = adapted({
    Resources: {
      Cache: cache,
      Table: {
        ...table,
        DependsOn: ['Cache', 'Pool'],
        Properties: {
          Name: { Ref: 'Cache' },
          Host: { 'Fn::GetAtt': 'Cache.Endpoint.Address' },
          Url: { 'Fn::Sub': 'https://${Cache.Endpoint.Address}/${Table}' },
          Given: { 'Fn::Sub': ['${Cache} of ${Name}', { Name: { Ref: 'Cache' }, Cache: 'mine' }] },
        },
      },
      Pool: { ...pool, DependsOn: 'Cache', UpdatePolicy: { Cache: { Ref: 'Cache' } } },
    },
    Outputs: { Host: { Value: { 'Fn::GetAtt': ['Cache', 'Endpoint.Address'] } } },
  });

  expect(template).toEqual({
    Resources: {
      Table: {
        ...table,
        DependsOn: ['Pool'],
        Properties: {
          Name: 'cache Cache',
          Host: 'localhost',
          Url: {
            'Fn::Sub': ['https://${CacheEndpointAddress}/${Table}', { CacheEndpointAddress: 'localhost' }],
          },
          Given: { 'Fn::Sub': ['${Cache} of ${Name}', { Name: 'cache Cache', Cache: 'mine' }] },
        },
      },
      Pool: { ...pool, UpdatePolicy: { Cache: 'cache Cache' } },
    },
    Outputs: { Host: { Value: 'localhost' } },
  });
  expect([...needed]).toEqual([leftOut]);
});

test('a reference for which nothing stands is refused', () => {
  const Resources = {
    Cache: cache,
    Table: { ...table, Properties: { Arn: { 'Fn::GetAtt': ['Cache', 'Arn'] } } },
  };

  expect(() => adapted({ Resources })).toThrow(/^Cache\.Arn \(AWS::X::Cache\) .*not-taken\.ts/);
});

test('a property is left out or replaced wherever it stands in the resource, and only of its type', () => {
  const Properties = { Streams: [{ Kind: 'a', Name: 'b' }, { Name: 'c' }], Kind: 'd' };
  const { template, needed } = adapted({
    Resources: { Table: { ...table, Properties }, Pool: { ...pool, Properties } },
  });

  expect(template.Resources).toEqual({
    Table: { ...table, Properties: { Streams: [{ Name: 'b', Old: 1 }, { Name: 'c' }], Kind: 'd' } },
    Pool: { ...pool, Properties },
  });
  expect([...needed]).toEqual([property]);
});

test('an attribute is replaced, of its type alone', () => {
  const { template, needed } = adapted({
    Resources: { Pool: pool, Table: table },
    Outputs: { Pool: { 'Fn::GetAtt': ['Pool', 'Url'] }, Table: { 'Fn::GetAtt': ['Table', 'Url'] } },
  });

  expect(template.Outputs).toEqual({ Pool: { Ref: 'Pool' }, Table: { 'Fn::GetAtt': ['Table', 'Url'] } });
  expect([...needed]).toEqual([attribute]);
});

test('docs/verifying.md has the table of what the server does not take', () => {
  const docs = readFileSync(new URL('../../docs/verifying.md', import.meta.url), 'utf8');
  expect(docs).toContain(`\n\n${notTakenTable()}\n`);
});
