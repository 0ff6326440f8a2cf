import { createServer } from 'node:http';
import { listen } from '../front-door/server.ts';

/** Answers on a port while nothing else can: a client is told to come back, instead of being refused. Gives what frees it. */
export const holdPort = async (port: number): Promise<() => Promise<void>> => {
  const server = createServer((_, response) => {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1', connection: 'close' });
    response.end('{"message":"The shop starts again with what has changed"}');
  });
  await listen(server, port);
  return async () => {
    if (!server.listening) return;
    // Whoever is being answered is answered first.
    await new Promise((resolve) => server.close(resolve));
  };
};
