import { curlLines, shortPath } from '../front-door/commands.ts';
import { demoAdmin, demoCustomer } from '../seed/demo.ts';

/** What the command prints once the shop is open. */
export const summary = (url: string, dataFolder: string, seconds: string): string => {
  const { place, look } = curlLines(url, dataFolder);
  return `
  Emporium is open, after ${seconds} s. Ctrl-C closes it.

  Shop            ${url}/api/catalog/products
  Start page      ${url}/
  Outbox          ${url}/_local/outbox   e-mails, text messages, confirmation codes
  Customer        ${demoCustomer.email}   ${demoCustomer.password}
  Administrator   ${demoAdmin.email}   ${demoAdmin.password}
  Data            ${shortPath(dataFolder)}

Place an order:

  ${place}

See what became of it:

  ${look}
`;
};
