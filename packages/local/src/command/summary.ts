import { curlLines, shortPath } from '../front-door/commands.ts';
import { demoAdmin, demoCustomer } from '../seed/demo.ts';

interface Opened {
  readonly url: string;
  readonly dataFolder: string;
  readonly seconds: string;
  /** Whether the demo customer and administrator can sign in. */
  readonly people: boolean;
}

/** What the command prints once the shop is open. */
export const summary = ({ url, dataFolder, seconds, people }: Opened): string => {
  const { place, look } = curlLines(url, dataFolder);
  const accounts = `
  Customer        ${demoCustomer.email}   ${demoCustomer.password}
  Administrator   ${demoAdmin.email}   ${demoAdmin.password}`;
  const order = `
Place an order:

  ${place}

See what became of it:

  ${look}
`;
  return `
  Emporium is open, after ${seconds} s. Ctrl-C closes it.

  Shop            ${url}/api/catalog/products
  Start page      ${url}/
  Outbox          ${url}/_local/outbox   e-mails, text messages, confirmation codes${people ? accounts : ''}
  Data            ${shortPath(dataFolder)}
${people ? order : ''}`;
};
