import { type Api, AwsError, type Cloud, type Running } from '../cloud.ts';
import { parse } from '../endpoint/decode.ts';
import { outboxOf } from '../outbox/outbox.ts';

interface Content {
  readonly Data: string;
}

/** SendEmail of SES v2. */
interface SendEmail {
  readonly FromEmailAddress?: string;
  readonly Destination?: { readonly ToAddresses?: string[]; readonly CcAddresses?: string[] };
  readonly Content?: {
    readonly Simple?: {
      readonly Subject: Content;
      readonly Body: { readonly Text?: Content; readonly Html?: Content };
    };
  };
}

/** SES: what is sent lands in the outbox. */
export const start = async (cloud: Cloud): Promise<Running & { readonly api: Api }> => {
  const outbox = outboxOf(cloud);
  const identities = new Map(cloud.ofType('AWS::SES::EmailIdentity').map(({ ref, arn }) => [ref, arn]));

  /** SES checks against the identity of the address, or else that of its domain. */
  const identityArn = (from: string): string => {
    const address = /<([^>]+)>/.exec(from)?.[1] ?? from;
    const domain = address.split('@')[1] ?? address;
    const fallback = `arn:aws:ses:${cloud.region}:${cloud.accountId}:identity/${domain}`;
    return identities.get(address) ?? identities.get(domain) ?? fallback;
  };

  return {
    api: {
      route: ({ method, path, body }) =>
        method === 'POST' && path === '/v2/email/outbound-emails'
          ? { action: 'SendEmail', input: parse(body) }
          : undefined,
      permissions: (action: string, { FromEmailAddress = '' }: SendEmail) => [
        { action: `ses:${action}`, resource: identityArn(FromEmailAddress) },
      ],
      handle: async (action: string, input: SendEmail) => {
        const simple = input.Content?.Simple;
        if (action !== 'SendEmail' || simple === undefined) {
          throw new AwsError(
            'UnknownOperationException',
            `ses:${action}: only simple e-mails are sent locally`,
          );
        }
        const { ToAddresses = [], CcAddresses = [] } = input.Destination ?? {};
        const to = [...ToAddresses, ...CcAddresses];
        if (to.length === 0) throw new AwsError('BadRequestException', 'Missing destination');
        const html = simple.Body.Html?.Data;
        const MessageId = outbox.add({
          kind: 'email',
          to,
          subject: simple.Subject.Data,
          text: simple.Body.Text?.Data ?? '',
          ...(input.FromEmailAddress !== undefined && { from: input.FromEmailAddress }),
          ...(html !== undefined && { html }),
        });
        return { MessageId };
      },
    },
    stop: async () => {},
  };
};
