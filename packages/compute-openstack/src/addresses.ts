/** Which addresses are reachable from everywhere. */

/**
 * Blocks that are not routed on the internet. Those for documentation are left out: test clouds use them as public ones.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const privateV4: readonly RegExp[] = [
  /^10\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^169\.254\./,
  /^127\./,
];

/** Unique local, link-local and loopback addresses. @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const privateV6: readonly RegExp[] = [/^f[cd]/i, /^fe[89ab]/i, /^::1$/];

/** Whether an address is one that all networks share. */
export function isShared(address: string): boolean {
  return !(address.includes(':') ? privateV6 : privateV4).some((block) => block.test(address));
}
