/**
 * Failures of TLS, in words that say what to do. None of them passes by itself: another try would end in the same way.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */

const trust = 'if you trust its issuer, start Node with NODE_EXTRA_CA_CERTS set to a file with the certificate of that';

/** By the codes of Node and OpenSSL. */
const problems: readonly (readonly [codes: RegExp, problem: string])[] = [
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, `the server's certificate is signed by itself; ${trust}`],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_UNTRUSTED)$/,
    `the server's certificate is signed by nobody that this machine trusts; ${trust}`,
  ],
  [/^CERT_HAS_EXPIRED$/, "the server's certificate has expired; it must be renewed, or this machine's clock is wrong"],
  [/^CERT_NOT_YET_VALID$/, "the server's certificate is not valid yet; look at this machine's clock"],
  [/^CERT_REVOKED$/, "the server's certificate has been revoked"],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "the server's certificate is that of another host; name the server in `endpoint` as its certificate does",
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    'what answers there does not speak TLS; if it speaks plain HTTP, begin `endpoint` with http://',
  ],
  [
    // Not every alert: those of an internal error, or of bytes that were changed on their way, may pass.
    /^ERR_SSL_\S*_(HANDSHAKE_FAILURE|PROTOCOL_VERSION|INSUFFICIENT_SECURITY|UNRECOGNIZED_NAME|NO_APPLICATION_PROTOCOL|ACCESS_DENIED|UNKNOWN_CA|NO_CERTIFICATE|(BAD_|UNSUPPORTED_)?CERTIFICATE(_\w+)?)$/,
    'the server refused the TLS handshake; it may want a version, a cipher or a client certificate that it is not offered',
  ],
  [/^ERR_SSL_UNSUPPORTED_PROTOCOL$/, 'the server speaks only versions of TLS that are no longer safe'],
];

/** What is wrong, and what to do about it; `undefined` for what is no such failure. */
export function tlsProblemOf(code: string): string | undefined {
  return problems.find(([codes]) => codes.test(code))?.[1];
}
