import { randomUUID } from 'node:crypto';
import type { Caller, Cloud } from '../cloud.ts';
import { addressOf, type Email } from './email.ts';

type EventType = 'Send' | 'Delivery' | 'Bounce' | 'Complaint';

interface Properties {
  readonly ConfigurationSetName: string;
  readonly EventDestination: {
    readonly Enabled?: boolean;
    readonly MatchingEventTypes: readonly string[];
    readonly SnsDestination?: { readonly TopicARN: string };
    readonly EventBridgeDestination?: { readonly EventBusArn: string };
  };
}

/** An e-mail that was sent. */
export interface Sent {
  readonly email: Email;
  readonly messageId: string;
  readonly identityArn: string;
  readonly configurationSet: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const DETAIL_TYPES: Readonly<Record<EventType, string>> = {
  Send: 'Email Sent',
  Delivery: 'Email Delivered',
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
};

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
const eventsOf = (
  { email }: Sent,
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

const describe = (
  cloud: Cloud,
  { email, messageId, identityArn, configurationSet, tags }: Sent,
  timestamp: string,
) => ({
  timestamp,
  source: email.from,
  sourceArn: identityArn,
  sendingAccountId: cloud.accountId,
  messageId,
  destination: [...email.to, ...email.cc, ...email.bcc].map(addressOf),
  headersTruncated: false,
  headers: [
    { name: 'From', value: email.from },
    { name: 'To', value: email.to.join(', ') },
    { name: 'Subject', value: email.subject },
    ...email.headers,
  ],
  commonHeaders: { from: [email.from], to: email.to, messageId, subject: email.subject },
  tags: {
    'ses:configuration-set': [configurationSet],
    'ses:from-domain': [addressOf(email.from).split('@')[1]],
    ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
  },
});

/** Tells the topics and buses of the templates' configuration sets what becomes of e-mails, and counts it. */
export const createEvents = (cloud: Cloud): ((sent: Sent) => void) => {
  const destinations = Map.groupBy(
    cloud
      .ofType<Properties>('AWS::SES::ConfigurationSetEventDestination')
      .filter(({ properties }) => properties.EventDestination.Enabled !== false),
    ({ properties }) => properties.ConfigurationSetName,
  );

  const tell = async ({ EventDestination }: Properties, setArn: string, event: { eventType: EventType }) => {
    const { MatchingEventTypes, SnsDestination, EventBridgeDestination } = EventDestination;
    const wanted = MatchingEventTypes.map((type) => type.toLowerCase());
    if (!wanted.includes(event.eventType.toLowerCase())) return;
    const text = JSON.stringify(event);
    const caller: Caller = { kind: 'service', principal: 'ses.amazonaws.com', sourceArn: setArn };
    if (SnsDestination !== undefined)
      await cloud.call(caller, 'sns', 'Publish', {
        TopicArn: SnsDestination.TopicARN,
        Subject: 'Amazon SES Email Event Notification',
        Message: text,
      });
    if (EventBridgeDestination !== undefined) {
      const entry = {
        Source: 'aws.ses',
        DetailType: DETAIL_TYPES[event.eventType],
        Resources: [setArn],
        Detail: text,
        EventBusName: EventBridgeDestination.EventBusArn,
      };
      await cloud.call(caller, 'events', 'PutServiceEvents', { Entries: [entry] });
    }
  };

  return (sent) => {
    const timestamp = new Date().toISOString();
    const mail = describe(cloud, sent, timestamp);
    const setArn = `arn:aws:ses:${cloud.region}:${cloud.accountId}:configuration-set/${sent.configurationSet}`;
    for (const event of eventsOf(sent, timestamp)) {
      cloud.metrics.put({ namespace: 'AWS/SES', name: event.eventType, dimensions: {}, value: 1 });
      for (const { properties } of destinations.get(sent.configurationSet ?? '') ?? [])
        tell(properties, setArn, { ...event, mail } as { eventType: EventType }).catch((error) =>
          cloud.log.error(
            'ses',
            `${sent.configurationSet}: a ${event.eventType} could not be told: ${error.message}`,
          ),
        );
    }
  };
};
