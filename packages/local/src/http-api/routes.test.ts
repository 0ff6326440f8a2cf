import { expect, test } from '@jest/globals';
import { createMatcher } from './routes.ts';

const match = createMatcher(
  [
    '$default',
    'ANY /{proxy+}',
    'GET /pets/{proxy+}',
    'GET /pets/dog/{id}',
    'ANY /pets/dog/{id}',
    'GET /pets/dog/1',
    'ANY /pets/dog/1',
    'POST /pets/{kind}/{id}',
    'GET /files/{path+}',
    'GET /pets/{kind}/toys',
  ].map((key) => ({ key })),
);

test.each([
  ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
  ['POST', '/pets/dog/1', 'ANY /pets/dog/1', undefined],
  ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
  ['PUT', '/pets/dog/2', 'ANY /pets/dog/{id}', { id: '2' }],
  ['POST', '/pets/cat/2', 'POST /pets/{kind}/{id}', { kind: 'cat', id: '2' }],
  ['GET', '/pets/cat/toys', 'GET /pets/{kind}/toys', { kind: 'cat' }],
  ['GET', '/pets/cat/2', 'GET /pets/{proxy+}', { proxy: 'cat/2' }],
  ['GET', '/pets/cat/', 'GET /pets/{proxy+}', { proxy: 'cat/' }],
  ['DELETE', '/pets/cat/2', 'ANY /{proxy+}', { proxy: 'pets/cat/2' }],
  ['GET', '/files/a/b c', 'GET /files/{path+}', { path: 'a/b c' }],
  ['GET', '/files/', 'ANY /{proxy+}', { proxy: 'files/' }],
  ['GET', '/', '$default', undefined],
  ['GET', '//', 'ANY /{proxy+}', { proxy: '/' }],
])('%s %s takes %s', (method, path, key, pathParameters) => {
  const found = match(method, path);

  expect(found?.route.key).toBe(key);
  expect(found?.pathParameters && { ...found.pathParameters }).toEqual(pathParameters);
});

test.each([
  ['HEAD', '/a'],
  ['POST', '/a'],
  ['GET', '/a/'],
  ['GET', '/A'],
  ['GET', '/b/'],
  ['GET', '/b/1/2'],
  ['GET', '/c/'],
  ['GET', '*'],
])('without a $default, %s %s takes none', (method, path) => {
  const strict = createMatcher(['GET /a', 'GET /b/{id}', 'GET /c/{rest+}'].map((key) => ({ key })));

  expect(strict(method, path)).toBeUndefined();
});

test('a variable may have any name', () => {
  const odd = createMatcher([{ key: 'GET /{__proto__}' }]);

  expect(JSON.stringify(odd('GET', '/x')?.pathParameters)).toBe('{"__proto__":"x"}');
});
