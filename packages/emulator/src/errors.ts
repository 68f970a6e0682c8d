/**
 * The errors of the XML API: one table from code to status and message, one class to throw. Handlers throw a
 * `StorageError` for a refused request; anything else is a bug of the emulator (500).
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-status
 */
/** Every code the emulator can answer with. */
export type ErrorCode =
  | 'NotModified'
  | 'BadDigest'
  | 'EntityTooLarge'
  | 'EntityTooSmall'
  | 'ExcessHeaderValues'
  | 'ExpiredToken'
  | 'IncompleteBody'
  | 'InvalidArgument'
  | 'InvalidBucketName'
  | 'InvalidDigest'
  | 'InvalidLocationConstraint'
  | 'InvalidMultiObjectDeleteRequest'
  | 'InvalidObjectName'
  | 'InvalidPart'
  | 'InvalidPartOrder'
  | 'InvalidPolicyDocument'
  | 'InvalidStorageClass'
  | 'InvalidURI'
  | 'KeyTooLong'
  | 'MalformedACLError'
  | 'MalformedHeaderValue'
  | 'MalformedSecurityHeader'
  | 'MalformedXML'
  | 'MaxMessageLengthExceeded'
  | 'MetadataTooLarge'
  | 'MissingRequestBodyError'
  | 'MissingSecurityHeader'
  | 'NotImplemented'
  | 'XAmzContentSHA256Mismatch'
  | 'AuthenticationRequired'
  | 'AccessDenied'
  | 'InvalidAccessKeyId'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch'
  | 'NoSuchBucket'
  | 'NoSuchKey'
  | 'NoSuchUpload'
  | 'MethodNotAllowed'
  | 'RequestTimeout'
  | 'BucketAlreadyOwnedByYou'
  | 'BucketNameUnavailable'
  | 'BucketNotEmpty'
  | 'MissingContentLength'
  | 'PreconditionFailed'
  | 'InvalidRange'
  | 'SlowDown'
  | 'InternalError'
  | 'BadGateway'
  | 'ServiceUnavailable'
  | 'GatewayTimeout';

const table: Readonly<Record<ErrorCode, readonly [status: number, message: string]>> = {
  NotModified: [304, ''],
  BadDigest: [400, 'The Content-MD5 or checksum you specified did not match what we received.'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed object size.'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed object size.'],
  ExcessHeaderValues: [400, 'Multiple HTTP header values where one was expected.'],
  ExpiredToken: [400, 'The provided token has expired.'],
  IncompleteBody: [400, 'You did not provide the number of bytes specified by the Content-Length HTTP header.'],
  InvalidArgument: [400, 'Invalid argument.'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidDigest: [400, 'The Content-MD5 or checksum value is not valid.'],
  InvalidLocationConstraint: [400, 'The specified location constraint is not valid.'],
  InvalidMultiObjectDeleteRequest: [400, 'The multi-object delete request is not valid.'],
  InvalidObjectName: [400, 'The specified object name is not valid.'],
  InvalidPart: [400, 'One or more of the specified parts could not be found.'],
  InvalidPartOrder: [400, 'The list of parts was not in ascending order.'],
  InvalidPolicyDocument: [
    400,
    'The content of the form does not meet the conditions specified in the policy document.',
  ],
  InvalidStorageClass: [400, 'The storage class you specified is not valid.'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLong: [400, 'The specified key is longer than 1024 bytes.'],
  MalformedACLError: [
    400,
    'The XML you provided was not well-formed or did not validate against our published schema.',
  ],
  MalformedHeaderValue: [400, 'An HTTP header value was malformed.'],
  MalformedSecurityHeader: [400, 'Your request has a malformed header.'],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema.'],
  MaxMessageLengthExceeded: [400, 'Your request was too big.'],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size.'],
  MissingRequestBodyError: [400, 'Request body is empty.'],
  MissingSecurityHeader: [400, 'Your request was missing a required header.'],
  // 501 in the documentation, 400 from the real service.
  NotImplemented: [400, 'A header or query you provided requested a function that is not implemented.'],
  XAmzContentSHA256Mismatch: [400, 'The provided content hash header does not match what was computed.'],
  AuthenticationRequired: [401, 'Authentication required.'],
  AccessDenied: [403, 'Access denied.'],
  InvalidAccessKeyId: [403, 'The User Id you provided does not exist in our records.'],
  RequestTimeTooSkewed: [403, 'The difference between the request time and the server time is too large.'],
  SignatureDoesNotMatch: [403, 'Access denied.'],
  NoSuchBucket: [404, 'The specified bucket does not exist.'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchUpload: [404, 'The requested upload was not found.'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  RequestTimeout: [408, 'The upload request timed out.'],
  BucketAlreadyOwnedByYou: [409, 'Your previous request to create the named bucket succeeded and you already own it.'],
  BucketNameUnavailable: [409, 'The requested bucket name belongs to another account.'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold.'],
  InvalidRange: [416, 'The requested range cannot be satisfied.'],
  SlowDown: [429, 'Please reduce your request rate.'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  BadGateway: [502, 'Bad gateway.'],
  ServiceUnavailable: [503, 'Service unavailable. Please retry.'],
  GatewayTimeout: [504, 'Gateway timeout.'],
};

/** A refused request: its code, and additions to the document and the headers. */
export class StorageError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: string | undefined;
  /** Elements after `Details`, in order. */
  readonly extra: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, refinement: Refinement = {}) {
    super(refinement.message ?? table[code][1]);
    this.name = 'StorageError';
    this.code = code;
    this.status = table[code][0];
    this.details = refinement.details;
    this.extra = refinement.extra ?? {};
    this.headers = refinement.headers ?? {};
  }
}

/** What a refusal adds to its code. */
export interface Refinement {
  readonly message?: string | undefined;
  readonly details?: string;
  readonly extra?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes a refusal to throw. A string is its `Details`. */
export function refusal(code: ErrorCode, refinement?: string | Refinement): StorageError {
  return new StorageError(code, typeof refinement === 'string' ? { details: refinement } : refinement);
}

/** The refusal for a status, for fault rules. */
export function refusalForStatus(status: number): StorageError {
  const found = Object.entries(table).find(([, [known]]) => known === status);
  return refusal((found?.[0] ?? 'InternalError') as ErrorCode);
}
