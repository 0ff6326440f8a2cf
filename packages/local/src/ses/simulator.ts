import { randomUUID } from 'node:crypto';
import { addressOf, type Email } from './email.ts';

export type EventType = 'Send' | 'Delivery' | 'Bounce' | 'Complaint';

/** SES's mailbox simulator: what becomes of an e-mail to one of its addresses, which may have a `+label`. */
const fateOf = (mailbox: string): 'bounce' | 'complaint' | 'suppressionlist' | 'delivery' => {
  const [, name] =
    /^(bounce|complaint|suppressionlist)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(addressOf(mailbox)) ??
    [];
  return (name?.toLowerCase() as 'bounce' | undefined) ?? 'delivery';
};

const bounce = (recipient: string, isSuppressed: boolean, timestamp: string) => ({
  bounceType: 'Permanent',
  bounceSubType: isSuppressed ? 'Suppressed' : 'General',
  bouncedRecipients: [
    {
      emailAddress: addressOf(recipient),
      action: 'failed',
      status: '5.1.1',
      diagnosticCode: isSuppressed
        ? 'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.'
        : 'smtp; 550 5.1.1 user unknown',
    },
  ],
  timestamp,
  feedbackId: `0100${randomUUID()}-000000`,
  reportingMTA: 'dsn; a8-70.smtp-out.amazonses.com',
});

const complaint = (recipient: string, timestamp: string) => ({
  complainedRecipients: [{ emailAddress: addressOf(recipient) }],
  timestamp,
  feedbackId: `0100${randomUUID()}-000000`,
  userAgent: 'Amazon SES Mailbox Simulator',
  complaintFeedbackType: 'abuse',
  arrivalDate: timestamp,
});

const delivery = (recipients: readonly string[], timestamp: string) => ({
  timestamp,
  processingTimeMillis: 1,
  recipients: recipients.map(addressOf),
  smtpResponse: '250 2.6.0 Message received',
  reportingMTA: 'a8-70.smtp-out.amazonses.com',
});

/** What becomes of an e-mail, in the order in which it happens. */
export const outcomesOf = (
  email: Email,
  timestamp: string,
): { eventType: EventType; [detail: string]: unknown }[] => {
  const byFate = Map.groupBy([...email.to, ...email.cc, ...email.bcc], fateOf);
  const delivered = [...(byFate.get('delivery') ?? []), ...(byFate.get('complaint') ?? [])];
  const bounced = (fate: 'bounce' | 'suppressionlist') =>
    (byFate.get(fate) ?? []).map((recipient) => ({
      eventType: 'Bounce' as const,
      bounce: bounce(recipient, fate === 'suppressionlist', timestamp),
    }));
  return [
    { eventType: 'Send', send: {} },
    ...(delivered.length > 0
      ? [{ eventType: 'Delivery' as const, delivery: delivery(delivered, timestamp) }]
      : []),
    ...bounced('bounce'),
    ...bounced('suppressionlist'),
    ...(byFate.get('complaint') ?? []).map((recipient) => ({
      eventType: 'Complaint' as const,
      complaint: complaint(recipient, timestamp),
    })),
  ];
};
