import type { Cloud } from '../cloud.ts';
import type { HttpAnswer, HttpRequest } from '../http-api/http.ts';
import { outboxOf } from '../outbox/outbox.ts';
import { curlLines } from './commands.ts';
import { outboxPage, startPage } from './pages.ts';

/** How many messages the outbox shows. */
const SHOWN = 200;

/** What exists on this machine only: the start page, unless the shop has one of its own, and what lies under `/_local/`. */
export const createLocalPages = (
  cloud: Cloud,
  url: string,
  { hasRoot }: { readonly hasRoot: boolean },
): ((path: string, request: HttpRequest) => HttpAnswer | undefined) => {
  const outbox = outboxOf(cloud);
  const start = () => html(startPage(curlLines(url, cloud.dataFolder)));
  const show: Readonly<Record<string, (request: HttpRequest) => HttpAnswer>> = {
    ...(!hasRoot && { '/': start }),
    '/_local/': start,
    '/_local/outbox': ({ headers }: HttpRequest) => {
      const messages = outbox.newest(SHOWN);
      return headers.accept?.includes('text/html') ? html(outboxPage(messages)) : json({ messages });
    },
  };
  return (path, request) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const answer = isRead && Object.hasOwn(show, path) ? show[path] : undefined;
    if (answer !== undefined) return answer(request);
    return path.startsWith('/_local/') ? { ...json({ message: 'Not Found' }), status: 404 } : undefined;
  };
};

const html = (body: string): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
});

const json = (body: unknown): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
