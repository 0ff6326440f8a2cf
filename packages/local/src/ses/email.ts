import PostalMime, { type Address } from 'postal-mime';
import { AwsError } from '../cloud.ts';

interface Content {
  readonly Data: string;
}

/** SendEmail of SES v2. */
export interface SendEmail {
  readonly FromEmailAddress?: string;
  readonly ReplyToAddresses?: readonly string[];
  readonly Destination?: Readonly<
    Partial<Record<'ToAddresses' | 'CcAddresses' | 'BccAddresses', readonly string[]>>
  >;
  readonly ConfigurationSetName?: string;
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Content?: {
    readonly Simple?: {
      readonly Subject: Content;
      readonly Body: { readonly Text?: Content; readonly Html?: Content };
      readonly Headers?: readonly { readonly Name: string; readonly Value: string }[];
      readonly Attachments?: readonly {
        readonly FileName: string;
        readonly ContentType?: string;
        /** Base64. */
        readonly RawContent: string;
      }[];
    };
    /** Base64 of a message in MIME. */
    readonly Raw?: Content;
    readonly Template?: object;
  };
}

/** An e-mail as its recipients would see it, and whom it goes to. */
export interface Email {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
}

/** AWS's limit on the recipients of one e-mail. */
const MAX_RECIPIENTS = 50;

const badRequest = (message: string) => new AwsError('BadRequestException', message);

/** The sender, which a message in MIME may name by itself. */
export const senderOf = ({ FromEmailAddress, Content: content }: SendEmail): string => {
  if (FromEmailAddress !== undefined) return FromEmailAddress;
  const head =
    Buffer.from(content?.Raw?.Data ?? '', 'base64')
      .toString()
      .split(/\r?\n\r?\n/, 1)[0] ?? '';
  return /^From:\s*(.*(?:\r?\n[ \t].*)*)/im.exec(head)?.[1]?.replace(/\r?\n\s+/g, ' ') ?? '';
};

/** `Shop <hello@shop.example>` is `hello@shop.example`. */
export const addressOf = (mailbox: string): string => /<([^>]+)>/.exec(mailbox)?.[1] ?? mailbox.trim();

/** Throws BadRequestException for what SES wouldn't take. */
export const readEmail = async (input: SendEmail): Promise<Email> => {
  const { Simple, Raw, Template } = input.Content ?? {};
  if (Template !== undefined)
    throw new AwsError('NotFoundException', 'Templates of SES do not exist on this machine', 404);
  const email =
    Simple !== undefined
      ? readSimple(input, Simple)
      : Raw !== undefined
        ? await readRaw(input, Raw)
        : undefined;
  if (email === undefined) throw badRequest('Content must have one of Simple, Raw and Template.');
  const recipients = [...email.to, ...email.cc, ...email.bcc];
  if (recipients.length === 0) throw badRequest('Missing destination');
  if (recipients.length > MAX_RECIPIENTS) throw badRequest(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  if (recipients.some((mailbox) => !/^[^\s@]+@[^\s@]+$/.test(addressOf(mailbox))))
    throw badRequest("Missing final '@domain'");
  return email;
};

const destinations = ({ Destination = {} }: SendEmail) => ({
  to: Destination.ToAddresses ?? [],
  cc: Destination.CcAddresses ?? [],
  bcc: Destination.BccAddresses ?? [],
});

const readSimple = (
  input: SendEmail,
  { Subject, Body, Headers = [], Attachments = [] }: NonNullable<NonNullable<SendEmail['Content']>['Simple']>,
): Email => ({
  ...destinations(input),
  from: senderOf(input),
  subject: Subject.Data,
  text: Body.Text?.Data ?? '',
  ...(Body.Html !== undefined && { html: Body.Html.Data }),
  headers: [
    ...(input.ReplyToAddresses?.length
      ? [{ name: 'Reply-To', value: input.ReplyToAddresses.join(', ') }]
      : []),
    ...Headers.map(({ Name, Value }) => ({ name: Name, value: Value })),
  ],
  attachments: Attachments.map(({ FileName, ContentType = 'application/octet-stream', RawContent }) => ({
    name: FileName,
    type: ContentType,
    bytes: Buffer.byteLength(RawContent, 'base64'),
  })),
});

/** What the outbox shows in places of its own. */
const SHOWN = new Set(['from', 'to', 'cc', 'bcc', 'subject']);

const readRaw = async (input: SendEmail, { Data }: Content): Promise<Email> => {
  const parsed = await PostalMime.parse(Buffer.from(Data, 'base64')).catch((error: Error) => {
    throw badRequest(`Could not parse the message: ${error.message}`);
  });
  const inMessage = {
    to: mailboxes(parsed.to),
    cc: mailboxes(parsed.cc),
    bcc: mailboxes(parsed.bcc),
  };
  const { html } = parsed;
  return {
    // Who the request says it goes to gets it, whatever the message says.
    ...(input.Destination === undefined ? inMessage : destinations(input)),
    from: senderOf(input),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    ...(html !== undefined && { html }),
    headers: parsed.headers
      .filter(({ key }) => !SHOWN.has(key))
      .map(({ originalKey, value }) => ({ name: originalKey, value })),
    attachments: parsed.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      type: mimeType,
      bytes: typeof content === 'string' ? content.length : content.byteLength,
    })),
  };
};

const mailboxes = (addresses: readonly Address[] = []): string[] =>
  addresses.flatMap(({ name, address, group }) =>
    address === undefined ? mailboxes(group) : [name === '' ? address : `${name} <${address}>`],
  );
