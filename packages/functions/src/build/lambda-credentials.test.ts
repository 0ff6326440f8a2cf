import { afterEach, expect, test } from '@jest/globals';
import { defaultProvider } from './lambda-credentials.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('are read at each call, as Lambda renews them', async () => {
  const provider = defaultProvider();
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' });
  expect(await provider()).toEqual({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' });
  process.env.AWS_ACCESS_KEY_ID = 'd';
  delete process.env.AWS_SESSION_TOKEN;
  expect(await provider()).toEqual({ accessKeyId: 'd', secretAccessKey: 'b' });
});

test('are missed at once', async () => {
  delete process.env.AWS_ACCESS_KEY_ID;
  await expect(defaultProvider()()).rejects.toThrow('There are no AWS credentials');
});
