import type { Money, RejectionReason } from '@emporium/contracts';

/** What a message says, free of how it says it. */
export type MessageContent =
  | { readonly template: 'order-confirmed'; readonly total: Money }
  | { readonly template: 'order-rejected'; readonly reason: RejectionReason }
  | { readonly template: 'order-shipped'; readonly trackingNumber: string };

export interface Email {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const reasons: Readonly<Record<RejectionReason, string>> = {
  unknown_product: 'one of the products is no longer on sale',
  out_of_stock: 'one of the products is out of stock',
  payment_declined: 'your card was declined',
  insufficient_funds: 'your card was declined for insufficient funds',
  payment_failed: 'the payment could not be processed',
  review_declined: 'it did not pass our review',
  review_timed_out: 'it could not be reviewed in time',
  internal_error: 'something went wrong on our side',
};

/** Minor units by the currency's own number of digits: EUR has two, JPY none. */
const formatMoney = ({ amount, currency }: Money) => {
  const format = new Intl.NumberFormat('en-IE', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};

const paragraphsOf = (
  content: MessageContent,
  orderId: string,
): { subject: string; paragraphs: string[] } => {
  switch (content.template) {
    case 'order-confirmed':
      return {
        subject: `Your order ${orderId} is confirmed`,
        paragraphs: [
          `Thank you: your order ${orderId} is confirmed. You pay ${formatMoney(content.total)}.`,
          'We will write again when it is on its way.',
        ],
      };
    case 'order-rejected':
      return {
        subject: `We could not accept your order ${orderId}`,
        paragraphs: [
          `We are sorry: your order ${orderId} could not be accepted, because ${reasons[content.reason]}.`,
          'You have not been charged; a hold on your card, if there was one, is lifted.',
        ],
      };
    case 'order-shipped':
      return {
        subject: `Your order ${orderId} is on its way`,
        paragraphs: [
          `Your order ${orderId} has been shipped. Its tracking number is ${content.trackingNumber}.`,
        ],
      };
  }
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

/** A message as an e-mail. Names and tracking numbers come from outside: nothing of them is markup. */
export const renderEmail = (
  content: MessageContent,
  { orderId, name }: { orderId: string; name: string },
): Email => {
  const { subject, paragraphs } = paragraphsOf(content, orderId);
  const lines = [name.trim() === '' ? 'Hello,' : `Hello ${name},`, ...paragraphs, 'Emporium'];
  const html = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n');
  return {
    subject,
    text: `${lines.join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${html}\n</body></html>\n`,
  };
};
