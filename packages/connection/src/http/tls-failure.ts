/**
 * Messages for TLS failures that say what to do. All are permanent: a retry would fail in the same way.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */

const trust = 'if you trust its issuer, set NODE_EXTRA_CA_CERTS to a file with the certificate of the issuer';

/** By error codes of Node and OpenSSL. */
const problems: readonly (readonly [codes: RegExp, problem: string])[] = [
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, `the server's certificate is self-signed; ${trust}`],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_UNTRUSTED)$/,
    `the server's certificate is not signed by an issuer that this machine trusts; ${trust}`,
  ],
  [/^CERT_HAS_EXPIRED$/, "the server's certificate has expired; renew it, or correct this machine's clock"],
  [/^CERT_NOT_YET_VALID$/, "the server's certificate is not valid yet; check this machine's clock"],
  [/^CERT_REVOKED$/, "the server's certificate has been revoked"],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "the server's certificate is for another host; use a host name of the certificate in `endpoint`",
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    'the server does not speak TLS; if it speaks plain HTTP, begin `endpoint` with http://',
  ],
  [
    // Not every alert: an internal error of the server or corrupted bytes may be transient.
    /^ERR_SSL_\S*_(HANDSHAKE_FAILURE|PROTOCOL_VERSION|INSUFFICIENT_SECURITY|UNRECOGNIZED_NAME|NO_APPLICATION_PROTOCOL|ACCESS_DENIED|UNKNOWN_CA|NO_CERTIFICATE|(BAD_|UNSUPPORTED_)?CERTIFICATE(_\w+)?)$/,
    'the server refused the TLS handshake; it may require a version, a cipher or a client certificate that was not offered',
  ],
  [/^ERR_SSL_UNSUPPORTED_PROTOCOL$/, 'the server supports only insecure versions of TLS'],
];

/** The problem and what to do about it; `undefined` for other failures. */
export function tlsProblemOf(code: string): string | undefined {
  return problems.find(([codes]) => codes.test(code))?.[1];
}
