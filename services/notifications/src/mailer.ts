import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { traced } from '@emporium/functions';
import { resources } from '../resources.ts';
import type { Email } from './domain/templates.ts';
import { MessageRefused } from './errors.ts';

/** SES answers these to the message itself: no repeat will change its mind. */
const refusals = new Set(['MessageRejected', 'BadRequestException']);

let shared: SESv2Client | undefined;

/** Sends through Amazon SES. SES knows no idempotency key, so the client leaves every repeat to the queue. */
export const sesMailer = (client = () => (shared ??= traced(new SESv2Client({ maxAttempts: 1 })))) => ({
  async send(to: string, { subject, text, html }: Email, messageId: string): Promise<string> {
    const data = (Data: string) => ({ Data, Charset: 'UTF-8' });
    try {
      const { MessageId = '' } = await client().send(
        new SendEmailCommand({
          FromEmailAddress: resources.Sender.from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: data(subject), Body: { Text: data(text), Html: data(html) } } },
          // Lets a person trace a mail back to its message.
          EmailTags: [{ Name: 'message-id', Value: messageId }],
        }),
      );
      return MessageId;
    } catch (error) {
      if (error instanceof Error && refusals.has(error.name)) {
        throw new MessageRefused(messageId, error.name);
      }
      throw error;
    }
  },
});

export type Mailer = ReturnType<typeof sesMailer>;
