/** The customer of a token that comes straight from the user pool, so that its signature needs no check. */
export const customerIdOf = (idToken: string): string => {
  const [, payload = ''] = idToken.split('.');
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { sub?: unknown };
  if (typeof sub !== 'string') throw new Error('The user pool gave a token without a sub');
  return sub;
};
