import { expect, test } from '@jest/globals';
import { toAnswer } from './answer.ts';

const answerTo = (result: unknown) => toAnswer({ payload: JSON.stringify(result) ?? '' });

const TEXT = 'text/plain; charset=utf-8';
const failed = {
  status: 500,
  headers: { 'content-type': 'application/json' },
  body: '{"message":"Internal Server Error"}',
};

test.each([
  [{ some: 'object' }, '{"some":"object"}'],
  [{ body: 'no status' }, '{"body":"no status"}'],
  [[1, 2], '[1,2]'],
  ['a "text"', 'a "text"'],
  ['', ''],
  [42, '42'],
  [null, 'null'],
  [undefined, ''],
])('the result %j is the body of a 200 in JSON', (result, body) => {
  expect(answerTo(result)).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body });
});

test.each([
  [{ statusCode: 200, body: 'text' }, 200, 'text'],
  [{ statusCode: '202' }, 202, ''],
  [{ statusCode: 204, body: null }, 204, ''],
  [{ statusCode: 201, headers: null, body: 'x' }, 201, 'x'],
])('the response %j is answered as it says', (result, status, body) => {
  expect(answerTo(result)).toEqual({ status, headers: { 'content-type': TEXT }, body });
});

test.each([
  [{ statusCode: 'soon' }],
  [{ statusCode: '' }],
  [{ statusCode: null }],
  [{ statusCode: 200.5 }],
  [{ statusCode: 99 }],
  [{ statusCode: 101 }],
  [{ statusCode: 600 }],
  [{ statusCode: 200, body: {} }],
  [{ statusCode: 200, body: 5 }],
  [{ statusCode: 200, headers: ['a'] }],
  [{ statusCode: 200, headers: { 'x-a': ['a'] } }],
  [{ statusCode: 200, headers: { 'x-a': 'a\nb' } }],
  [{ statusCode: 200, headers: { 'x a': 'b' } }],
  [{ statusCode: 200, headers: { 'x-a': '🛒' } }],
  [{ statusCode: 200, cookies: 'a=1' }],
  [{ statusCode: 200, cookies: [1] }],
  [{ statusCode: 200, cookies: ['a=1\r\nx: y'] }],
  [{ statusCode: 200, body: 'not base64!', isBase64Encoded: true }],
])('the response %j is malformed', (result) => {
  expect(answerTo(result)).toEqual(failed);
});

test('a failed invocation reveals nothing', () => {
  const payload = JSON.stringify({ errorMessage: 'secret', statusCode: 200 });
  expect(toAnswer({ payload, functionError: 'Unhandled' })).toEqual(failed);
});

test('headers are lower-case, text, and none of the connection', () => {
  const { headers } = answerTo({
    statusCode: 200,
    headers: {
      'Content-Type': 'text/html',
      'X-Number': 5,
      'X-Flag': true,
      'X-Null': null,
      'X-Many': 'a, b',
      Connection: 'close',
      'Content-Length': '999',
      'Transfer-Encoding': 'chunked',
      'Apigw-Requestid': 'mine',
    },
  });
  expect(headers).toEqual({
    'content-type': 'text/html',
    'x-number': '5',
    'x-flag': 'true',
    'x-many': 'a, b',
  });
});

test('cookies join what the headers set', () => {
  const { headers } = answerTo({
    statusCode: 200,
    headers: { 'Set-Cookie': 'a=1' },
    cookies: ['b=2; HttpOnly', 'c=3'],
  });
  expect(headers['set-cookie']).toEqual(['a=1', 'b=2; HttpOnly', 'c=3']);
});

test('a body in base64 is its bytes', () => {
  const bytes = Buffer.from([0, 255, 10]);
  const { body } = answerTo({ statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true });
  expect(body).toEqual(bytes);
});
