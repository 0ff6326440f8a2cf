import { invalidReceiptHandle } from './errors.ts';

/** Which message, and which of its receipts: an older handle than the last one no longer counts. */
export interface Receipt {
  readonly position: number;
  readonly receives: number;
}

interface Numbered extends Receipt {
  readonly id: string;
}

export const receiptHandleOf = ({ position, receives, id }: Numbered): string =>
  Buffer.from(`${position} ${receives} ${id}`).toString('base64url');

export const receiptOf = (handle: string): Receipt & { readonly id: string } => {
  const [, position, receives, id] =
    /^(\d+) (\d+) ([0-9a-f-]{36})$/.exec(Buffer.from(handle, 'base64url').toString()) ?? [];
  if (id === undefined) throw invalidReceiptHandle(handle);
  return { position: Number(position), receives: Number(receives), id };
};
