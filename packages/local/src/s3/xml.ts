import { XMLParser } from 'fast-xml-parser';
import type { WireAnswer } from '../cloud.ts';
import { malformedXml } from './errors.ts';

/** Text, an element's children by name, or several elements of one name. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');

const element = (name: string, value: Xml, attributes = ''): string => {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  const content =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, inner]) => element(child, inner))
          .join('')
      : escapeXml(String(value));
  return `<${name}${attributes}>${content}</${name}>`;
};

/** One XML document. */
export const xmlDocument = (root: string, content: Xml, namespace: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content, ` xmlns="${namespace}"`)}`;

/** An answer whose body is one XML document. */
export const xmlAnswer = (root: string, content: Xml, headers: Record<string, string> = {}): WireAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/xml', ...headers },
  body: xmlDocument(root, content, 'http://s3.amazonaws.com/doc/2006-03-01/'),
});

/** An `<Error>` stands in no namespace. */
export const xmlError = (content: Xml): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', content)}`;

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  // For characters by their number, which a key may hold.
  htmlEntities: true,
  isArray: (name) => name === 'Object' || name === 'Part',
});

/** What stands in a document's one root. */
export const parseXml = (root: string, body: Buffer): Record<string, unknown> => {
  try {
    const found = (parser.parse(body.toString(), true) as Record<string, unknown>)[root];
    if (typeof found === 'object' && found !== null) return found as Record<string, unknown>;
  } catch {
    // Not XML at all: said below in S3's words.
  }
  throw malformedXml();
};
