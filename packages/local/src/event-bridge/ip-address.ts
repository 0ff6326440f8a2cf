import { isIPv4, isIPv6 } from 'node:net';

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** What EventBridge takes for an address: no zone, and no IPv4 written inside IPv6. */
const LOOKS_V4 = /^\d+\.\d+\.\d+\.\d+$/;
const LOOKS_V6 = /^[\da-fA-F:]*:[\da-fA-F:]*$/;
const MAPPED_V4 = 0xffffn << 32n;

const parseV4 = (text: string): Address | undefined => {
  // A leading zero does not make an octet octal.
  const plain = text.split('.').map((part) => String(BigInt(part)));
  if (!isIPv4(plain.join('.'))) return undefined;
  return { bits: 32, value: plain.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n) };
};

const parseV6 = (text: string): Address | undefined => {
  if (!isIPv6(text)) return undefined;
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = !tail ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  const value = groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
  // AWS reads an IPv4 address mapped into IPv6 as that IPv4 address.
  return value >> 32n === MAPPED_V4 >> 32n ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
};

const looksLikeAddress = (text: string): boolean => LOOKS_V4.test(text) || LOOKS_V6.test(text);

const parseAddress = (text: string): Address | undefined => {
  if (LOOKS_V4.test(text)) return parseV4(text);
  return LOOKS_V6.test(text) ? parseV6(text) : undefined;
};

/** A test for another spelling of the same address; undefined for a text that is none. */
export const sameAddress = (text: string): ((other: string) => boolean) | undefined => {
  const wanted = parseAddress(text);
  return (
    wanted &&
    ((other) => {
      const address = parseAddress(other);
      return address?.bits === wanted.bits && address.value === wanted.value;
    })
  );
};

/** A test for addresses in a CIDR block such as `10.0.0.0/24`. Throws, in AWS's words, for what is none. */
export const inBlock = (cidr: string): ((text: string) => boolean) => {
  const [network = '', mask = '', ...rest] = cidr.split('/');
  if (mask === '' || rest.length > 0) throw new Error("Malformed CIDR, one '/' required");
  const bits = Number(mask);
  if (!/^[+-]?\d+$/.test(mask) || Math.abs(bits) >= 2 ** 31)
    throw new Error('Malformed CIDR, mask bits must be an integer');
  if (bits < 0) throw new Error('Malformed CIDR, mask bits must not be negative');
  if (!looksLikeAddress(network)) throw new Error(`Nonstandard IP address: ${network}`);
  const first = parseAddress(network);
  if (!first) throw new Error(`Invalid IP address: ${network}`);
  if (bits >= first.bits)
    throw new Error(`IPv${first.bits === 32 ? 4 : 6} mask bits must be < ${first.bits}`);
  const hosts = BigInt(first.bits - bits);
  return (text) => {
    const address = parseAddress(text);
    return address?.bits === first.bits && address.value >> hosts === first.value >> hosts;
  };
};
