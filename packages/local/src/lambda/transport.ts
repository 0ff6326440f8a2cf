// Runs inside a worker thread, before the function's code is loaded.
import { EventEmitter } from 'node:events';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { Readable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { PortAnswer, PortRequest } from './messages.ts';

/** What is used of the options of `http.request`. */
interface RequestOptions {
  readonly host?: string;
  readonly hostname?: string;
  readonly port?: number | string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the SDK puts before the host for Step Functions' StartSyncExecution, an address or not. */
const SYNC = 'sync-';

type OnResponse = (response: unknown) => void;

/** A connection that is always there. */
const socket = Object.freeze({ connecting: false, setKeepAlive: () => {}, on: () => {}, destroy: () => {} });

const inLowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const name in headers) result[name.toLowerCase()] = String(headers[name]);
  return result;
};

/**
 * Has `http.request` hand what goes to the endpoint to the main thread by message: for an AWS SDK client it is the
 * same request and answer, signature included, without the sockets and parsers that would take a third of its time.
 * All other requests go their usual way.
 */
export const interceptRequests = (endpoint: string, port: MessagePort): void => {
  const { hostname, port: portNumber } = new URL(endpoint);
  const pending = new Map<number, (answer: PortAnswer) => void>();
  let last = 0;

  port.on('message', (answer: PortAnswer) => {
    const settle = pending.get(answer.id);
    pending.delete(answer.id);
    // An empty event loop ends an invocation that waits for nothing: this port counts only while an answer is due.
    if (pending.size === 0) port.unref();
    settle?.(answer);
  });
  port.unref();

  const post = (request: Omit<PortRequest, 'id'>, settle: (answer: PortAnswer) => void): number => {
    const id = ++last;
    if (pending.size === 0) port.ref();
    pending.set(id, settle);
    port.postMessage({ id, ...request } satisfies PortRequest);
    return id;
  };

  const send = ({ method = 'GET', path = '/', headers = {} }: RequestOptions, onResponse?: OnResponse) => {
    const chunks: (string | Uint8Array)[] = [];
    let id: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    let ended = false;
    const settle = ({ status, headers: answered, body }: PortAnswer): void => {
      clearTimeout(timer);
      ended = true;
      const response = Object.assign(new Readable({ read: () => {} }), {
        statusCode: status,
        headers: answered,
        complete: true,
      });
      response.push(body);
      response.push(null);
      request.emit('response', response);
      request.emit('close');
    };
    const request = Object.assign(new EventEmitter(), {
      socket,
      setTimeout: (ms: number, onTimeout?: () => void) => {
        clearTimeout(timer);
        if (onTimeout !== undefined) request.once('timeout', onTimeout);
        if (ms > 0 && !ended) timer = setTimeout(() => request.emit('timeout'), ms).unref();
        return request;
      },
      setHeader: (name: string, value: string) => {
        headers = { ...headers, [name]: value };
      },
      write: (chunk: string | Uint8Array) => {
        chunks.push(chunk);
        return true;
      },
      end: (chunk?: string | Uint8Array) => {
        if (chunk !== undefined) chunks.push(chunk);
        const body = chunks.length > 1 ? Buffer.concat(chunks.map((part) => Buffer.from(part))) : chunks[0];
        id = post({ method, path, headers: inLowerCase(headers), body: body ?? '' }, settle);
        return request;
      },
      destroy: (error?: Error) => {
        clearTimeout(timer);
        ended = true;
        if (id !== undefined && pending.delete(id) && pending.size === 0) port.unref();
        if (error !== undefined) request.emit('error', error);
        request.emit('close');
        return request;
      },
    });
    if (onResponse !== undefined) request.once('response', onResponse);
    return request;
  };

  const original = http.request;
  const isForEndpoint = (options: unknown): options is RequestOptions => {
    if (typeof options !== 'object' || options === null) return false;
    const { host, hostname: name = host, port: number } = options as RequestOptions;
    const isHost = name === hostname || name === `${SYNC}${hostname}`;
    return isHost && String(number) === portNumber;
  };
  http.request = ((...args: Parameters<typeof http.request>) =>
    isForEndpoint(args[0])
      ? send(args[0], args[1] as OnResponse | undefined)
      : original(...args)) as typeof http.request;
  syncBuiltinESMExports();
};
