import type { Caller, Cloud } from '../cloud.ts';
import { addressOf, type Email } from './email.ts';
import { type EventType, outcomesOf } from './simulator.ts';

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
    for (const event of outcomesOf(sent.email, timestamp)) {
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
