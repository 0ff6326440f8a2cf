import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { sesMailer } from './mailer.ts';

process.env.LINK_notifications_Sender = JSON.stringify({ from: 'shop@example.com' });
process.env.AWS_REGION ??= 'us-east-1';
const ses = mockClient(SESv2Client);
const email = { subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };

beforeEach(() => {
  ses.reset();
});

test('sends as the linked identity, naming the message', async () => {
  ses.on(SendEmailCommand).resolves({ MessageId: 'ses-1' });
  await expect(sesMailer().send('ada@example.com', email, 'msg_1')).resolves.toBe('ses-1');
  expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toMatchObject({
    FromEmailAddress: 'shop@example.com',
    Destination: { ToAddresses: ['ada@example.com'] },
    EmailTags: [{ Name: 'message-id', Value: 'msg_1' }],
  });
});

test('tells a refusal from a bad day', async () => {
  ses.on(SendEmailCommand).rejectsOnce(Object.assign(new Error('spam'), { name: 'MessageRejected' }));
  await expect(sesMailer().send('ada@example.com', email, 'msg_1')).rejects.toMatchObject({
    name: 'MessageRefused',
  });
  ses
    .on(SendEmailCommand)
    .rejects(Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' }));
  await expect(sesMailer().send('ada@example.com', email, 'msg_1')).rejects.toMatchObject({
    name: 'TooManyRequestsException',
  });
});
