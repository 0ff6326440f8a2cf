import { isIPv4, isIPv6 } from 'node:net';

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const parseV4 = (text: string): bigint =>
  text.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);

const parseV6 = (text: string): bigint => {
  const plain = text.replace(/\d+\.\d+\.\d+\.\d+$/, (v4) => {
    const value = parseV4(v4);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = !tail ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
};

const parseAddress = (text: string): Address | undefined => {
  if (isIPv4(text)) return { bits: 32, value: parseV4(text) };
  if (isIPv6(text) && !text.includes('%')) return { bits: 128, value: parseV6(text) };
  return undefined;
};

/** A test for addresses in a CIDR block such as `10.0.0.0/24`. Throws for what is none. */
export const inBlock = (cidr: string): ((text: string) => boolean) => {
  const [network = '', mask = '', ...rest] = cidr.split('/');
  if (mask === '' || rest.length > 0) throw new Error("Malformed CIDR, one '/' required");
  const first = parseAddress(network);
  if (!first) throw new Error(`Nonstandard IP address: ${network}`);
  if (!/^\d+$/.test(mask)) throw new Error('Malformed CIDR, mask bits must be an integer');
  if (Number(mask) >= first.bits)
    throw new Error(`IPv${first.bits === 32 ? 4 : 6} mask bits must be < ${first.bits}`);
  const hosts = (1n << BigInt(first.bits - Number(mask))) - 1n;
  return (text) => {
    const address = parseAddress(text);
    return (
      address?.bits === first.bits && address.value >= first.value && address.value <= (first.value | hosts)
    );
  };
};
