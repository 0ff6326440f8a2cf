import type { StoredMessage } from '../outbox/outbox.ts';
import { demoAdmin, demoCustomer } from '../seed/demo.ts';

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; }
  body { overflow-wrap: anywhere; font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 3rem auto; padding: 0 1rem; }
  pre { padding: .75rem 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
        border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 14px; }
  article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 1rem 0; }
  dt { float: left; clear: left; width: 8rem; opacity: .7; } dd { margin-left: 8rem; }
  small { opacity: .7; }
</style>
<h1>${title}</h1>
${body}
</html>
`;

/** The page at `/`. */
export const startPage = ({ place, look }: { place: string; look: string }): string =>
  page(
    'Emporium runs here',
    `<p><a href="/api/catalog/products">Products</a> · <a href="/_local/outbox">Outbox</a>: every e-mail, text
message and confirmation code that would have been sent.</p>
<h2>Place an order</h2>
<pre>${asText(place)}</pre>
<h2>See what became of it</h2>
<pre>${asText(look)}</pre>
<h2>Sign in</h2>
<dl>
<dt>Customer</dt><dd><code>${demoCustomer.email}</code> <code>${demoCustomer.password}</code></dd>
<dt>Administrator</dt><dd><code>${demoAdmin.email}</code> <code>${demoAdmin.password}</code></dd>
</dl>
<p>at <code>POST /api/users/sign-in</code>; the answer's <code>accessToken</code> goes into
<code>Authorization: Bearer …</code>.</p>`,
  );

/** The outbox, for people. */
export const outboxPage = (messages: readonly StoredMessage[]): string =>
  page(
    'Outbox',
    messages.length === 0
      ? '<p>Nothing was sent yet.</p>'
      : messages
          .map(
            ({ kind, to, subject, text, sentAt, headers = {}, attachments = [] }) => `<article>
<small>${asText(sentAt)} · ${kind} to ${asText(to.join(', '))}</small>
${subject === undefined ? '' : `<h2>${asText(subject)}</h2>`}
<pre>${asText(text)}</pre>
${[
  ...Object.entries(headers),
  ...attachments.map(({ name, type, bytes }) => [name, `${type}, ${bytes} bytes`]),
]
  .map(([name = '', value = '']) => `<small>${asText(name)}: ${asText(value)}</small><br>`)
  .join('\n')}
</article>`,
          )
          .join('\n'),
  );

const asText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
