import { randomUUID } from 'node:crypto';
import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { parse } from '../endpoint/decode.ts';
import { outboxOf } from '../outbox/outbox.ts';
import { addressOf, type Email, readEmail, type SendEmail, senderOf } from './email.ts';
import { createEvents } from './events.ts';

interface Identity {
  readonly arn: string;
  readonly configurationSet: string | undefined;
}

interface IdentityProperties {
  readonly ConfigurationSetAttributes?: { readonly ConfigurationSetName?: string };
}

/** SES: what is sent lands in the outbox, and the mailbox simulator's addresses bounce and complain. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const outbox = outboxOf(cloud);
  const tell = createEvents(cloud);
  const sets = new Set(cloud.ofType('AWS::SES::ConfigurationSet').map(({ ref }) => ref));
  const identities = new Map(
    cloud
      .ofType<IdentityProperties>('AWS::SES::EmailIdentity')
      .map(({ ref, arn, properties }) => [
        ref.toLowerCase(),
        { arn, configurationSet: properties.ConfigurationSetAttributes?.ConfigurationSetName },
      ]),
  );

  /** That of the address itself, or of its domain, or of a domain above that. */
  const identityOf = (from: string): Identity | undefined => {
    const address = addressOf(from).toLowerCase();
    const own = identities.get(address);
    if (own !== undefined) return own;
    const labels = (address.split('@')[1] ?? '').split('.');
    const domains = labels.map((_, index) => labels.slice(index).join('.'));
    return domains.map((domain) => identities.get(domain)).find((identity) => identity !== undefined);
  };

  const arnOf = (resource: string) => `arn:aws:ses:${cloud.region}:${cloud.accountId}:${resource}`;

  const send = async (input: SendEmail): Promise<{ MessageId: string }> => {
    const email = await readEmail(input);
    const identity = identityOf(email.from);
    if (identity === undefined)
      throw new AwsError(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region ${cloud.region.toUpperCase()}: ${addressOf(email.from)}`,
      );
    const configurationSet = input.ConfigurationSetName ?? identity.configurationSet;
    if (configurationSet !== undefined && !sets.has(configurationSet))
      throw new AwsError('NotFoundException', `Configuration set <${configurationSet}> does not exist.`, 404);
    const messageId = outbox.add(toOutbox(email), `0100${randomUUID()}-000000`);
    const tags = Object.fromEntries((input.EmailTags ?? []).map(({ Name, Value }) => [Name, Value]));
    tell({ email, messageId, identityArn: identity.arn, configurationSet, tags });
    return { MessageId: messageId };
  };

  return {
    api: {
      route: ({ method, path, body }) =>
        method === 'POST' && path === '/v2/email/outbound-emails'
          ? { action: 'SendEmail', input: parse(body) }
          : undefined,
      permissions: (_action: string, input: SendEmail) => {
        const from = senderOf(input);
        const domain = addressOf(from).split('@')[1] ?? from;
        // IAM knows a message in MIME under its older name.
        const action = input.Content?.Raw === undefined ? 'ses:SendEmail' : 'ses:SendRawEmail';
        const set = input.ConfigurationSetName;
        return [
          { action, resource: identityOf(from)?.arn ?? arnOf(`identity/${domain}`) },
          ...(set === undefined ? [] : [{ action, resource: arnOf(`configuration-set/${set}`) }]),
        ];
      },
      handle: async (action: string, input: SendEmail) => {
        if (action === 'SendEmail') return send(input);
        throw new AwsError('UnknownOperationException', `ses:${action} does not run locally`, 404);
      },
    },
    stop: async () => {},
  };
};

const toOutbox = ({ from, to, cc, bcc, subject, text, html, headers, attachments }: Email) => ({
  kind: 'email' as const,
  from,
  to: [...to, ...cc, ...bcc],
  subject,
  text,
  ...(html !== undefined && { html }),
  ...(headers.length > 0 && {
    headers: Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])),
  }),
  ...(attachments.length > 0 && { attachments }),
});
