/** How to ask the server; it checks no signature, and takes service and region from where one would say them. */
export interface Place {
  readonly url: string;
  readonly region: string;
}

/** A call of one of AWS's APIs, up to where it goes. */
export interface Call {
  readonly service: string;
  readonly path?: string;
  /** Of the JSON protocols. */
  readonly target?: string;
  readonly body?: string;
}

export const json = (service: string, target: string, input: object = {}): Call => ({
  service,
  target,
  body: JSON.stringify(input),
});

export const query = (service: string, action: string, version: string): Call => ({
  service,
  body: new URLSearchParams({ Action: action, Version: version }).toString(),
});

export const rest = (service: string, path: string): Call => ({ service, path });

/** The answer's text. */
export const send = async ({ url, region }: Place, call: Call): Promise<string> => {
  const { service, path = '/', target, body } = call;
  const response = await fetch(new URL(path, url), {
    ...(body !== undefined && { method: 'POST', body }),
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      'content-type': target ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded',
      ...(target && { 'x-amz-target': target }),
    },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} ${target ?? body ?? path}: ${response.status} ${text}`);
  return text;
};

/** The texts of all elements of that name. */
export const elements = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text as string);
