import { fileURLToPath } from 'node:url';
import { contextsWithApi } from './api-documents.ts';

const services = fileURLToPath(new URL('../..', import.meta.url));

/** What of the site is made of the services: the start page, and each context's API as a document and as a page. */
export const siteFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const contexts = await contextsWithApi(services);
  const files = new Map<string, string>();
  for (const [name, document] of contexts) {
    files.set(`api-documents/${name}.json`, `${JSON.stringify(document, null, 2)}\n`);
    files.set(`api-documents/${name}.html`, apiPage(name, document));
  }
  files.set('index.html', startPage(contexts.map(([name]) => name)));
  return files;
};

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
${body}
</body>
</html>
`;

const startPage = (names: readonly string[]): string =>
  page(
    'Emporium',
    `<h1>Emporium</h1>
<p class="lead">The shop is open. There is no storefront yet, but everything behind one: an API for each context.</p>
<ul class="contexts">
${names.map((name) => `<li><strong>${name}</strong><a href="/api-documents/${name}.html">API</a> · <a href="/api-documents/${name}.json">OpenAPI</a></li>`).join('\n')}
</ul>
<p>To begin with: <a href="/api/catalog/products">what there is to buy</a>.</p>
<footer><small>Every request may carry an <code>x-correlation-id</code>; every answer has one.</small></footer>`,
  );

interface Operation {
  readonly summary: string;
  readonly security?: object;
  readonly 'x-roles'?: readonly string[];
}

const apiPage = (name: string, { paths }: Record<string, unknown>): string => {
  const rows = Object.entries(paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { summary, security, 'x-roles': roles }]) =>
        `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${path}</code><br>${summary}</td><td>${security ? (roles?.join(', ') ?? 'anybody with a token') : 'anybody'}</td></tr>`,
    ),
  );
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return page(
    `Emporium: ${title}`,
    `<p><a href="/">Emporium</a></p>
<h1>${title}</h1>
<p>The <a href="/api-documents/${name}.json">OpenAPI document</a> has what each route takes.</p>
<table>
<thead><tr><th></th><th>Route</th><th>For</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`,
  );
};
