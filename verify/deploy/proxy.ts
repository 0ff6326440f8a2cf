import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The name under which the framework uploads a service's template. */
const TEMPLATE = /\/compiled-cloudformation-template\.json(\?|$)/;

export interface ProxyOptions {
  /** The server behind it, `http://127.0.0.1:<port>`. */
  readonly target: string;
  /** Takes a template as it was sent and returns what the server gets. */
  adapt(template: string): string;
}

/**
 * Stands between the framework and the server, and changes nothing of what goes through but templates: those
 * that are uploaded to a bucket, and those within a call.
 */
export const startProxy = async ({ target, adapt }: ProxyOptions) => {
  const server = createServer(async (incoming, answer) => {
    try {
      const body = Buffer.concat(await incoming.toArray());
      const { headers, sent } = adapted(incoming, body, adapt);
      const forwarded = request(target, { method: incoming.method, path: incoming.url, headers });
      forwarded.once('error', (error) => answer.destroy(error));
      forwarded.once('response', (response) => {
        answer.writeHead(response.statusCode as number, response.headers);
        response.pipe(answer);
      });
      forwarded.end(sent);
    } catch (error) {
      // As CloudFormation words it, so that the framework shows the message and gives up.
      const message = escaped((error as Error).message);
      answer.writeHead(400, { 'content-type': 'text/xml' });
      answer.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => close(server) };
};

const adapted = (
  { method, url = '', headers }: IncomingMessage,
  body: Buffer,
  adapt: (template: string) => string,
): { headers: IncomingMessage['headers']; sent: Buffer } => {
  if (method === 'PUT' && TEMPLATE.test(url)) {
    const sent = Buffer.from(adapt(body.toString()));
    return { headers: withLength(withoutChecksums(headers), sent), sent };
  }
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(body.toString());
    const template = form.get('TemplateBody');
    if (template !== null) {
      form.set('TemplateBody', adapt(template));
      const sent = Buffer.from(form.toString());
      return { headers: withLength(headers, sent), sent };
    }
  }
  return { headers, sent: body };
};

const withLength = (headers: IncomingMessage['headers'], body: Buffer) => ({
  ...headers,
  'content-length': String(body.length),
});

/** They are of the body as it was. */
const withoutChecksums = (headers: IncomingMessage['headers']) =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(x-amz-checksum-|x-amz-sdk-checksum-|x-amz-content-sha256$|content-md5$)/.test(name),
    ),
  );

const escaped = (text: string): string =>
  text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
