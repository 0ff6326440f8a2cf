import { createClient, until } from './client.ts';

/** An e-mail that the shop has sent, as the local outbox keeps it. */
export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** The e-mails to an address, the newest first, once there are `count`. */
export const mailsTo = async (url: string, address: string, count = 1): Promise<Mail[]> => {
  const mails = (body: { messages: Mail[] }) => body.messages.filter(({ to }) => to.includes(address));
  const { body } = await until(
    () => createClient(url).get('/_local/outbox'),
    (answer) => mails(answer.body).length >= count,
  );
  return mails(body);
};

/** The code in the newest e-mail to an address, once there are `count` e-mails. */
export const codeSentTo = async (url: string, address: string, count = 1): Promise<string> => {
  const [mail] = await mailsTo(url, address, count);
  const code = /\b\d{4,10}\b/.exec(mail?.text ?? '')?.[0];
  if (code === undefined) throw new Error(`no code in ${JSON.stringify(mail)}`);
  return code;
};
