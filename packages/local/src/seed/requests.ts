/** Sends a JSON request to the shop; throws with the whole answer where it is not a success. */
export const send = async <T>(
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<T> => {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
};

/** The `authorization` header of somebody who signs in. */
export const signIn = async (
  url: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<string> => {
  const { accessToken } = await send<{ accessToken: string }>(url, 'POST', '/api/users/sign-in', {
    email,
    password,
  });
  return `Bearer ${accessToken}`;
};
