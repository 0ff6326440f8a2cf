import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { siteFiles } from './site-files.ts';

// `npm run docs:api`: writes the site's documents anew. A test tells when that was forgotten.
const folder = fileURLToPath(new URL('../site', import.meta.url));
rmSync(join(folder, 'api-documents'), { recursive: true, force: true });
for (const [name, text] of await siteFiles()) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
