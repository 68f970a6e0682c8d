/**
 * The CORS rules of a bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 */
import { type ContainerReference, countOf, listOf, type Operation, oneOf, recordOf } from '@isobar/core/provider';
import { childrenOf, childText, escapeXml, type XmlElement } from '@isobar/core/xml';
import { documentText, ifPresent, readSubResource, removeSubResource, writeSubResource } from '@isobar/s3-dialect';
import { sendOf, xmlns } from '../requests.ts';
import { ofBucket, type Settings } from './settings.ts';

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'] as const;

/** What web pages of some origins may do. */
export interface S3CorsRule {
  /** Such as `https://example.com`, or `*` for all. */
  readonly origins: readonly string[];
  readonly methods: readonly (typeof methods)[number][];
  /** Request headers that pages may send, besides the simple ones. Default: none. */
  readonly requestHeaders?: readonly string[];
  /** Response headers that pages may read, besides the simple ones. Default: none. */
  readonly responseHeaders?: readonly string[];
  /** How long a browser may cache the preflight response, in seconds. */
  readonly maxAgeSeconds?: number;
}

/** Maximum number of rules. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html */
const maxRules = 100;

/** A bucket's rules. One exchange. */
export function* getCors(settings: Settings, container: ContainerReference): Operation<S3CorsRule[]> {
  const reading = readSubResource(sendOf(settings.scope), ofBucket(settings, container, 'cors'), 'CORSConfiguration');
  const configuration = yield* ifPresent(reading, 'NoSuchCORSConfiguration');
  return configuration ? childrenOf(configuration, 'CORSRule').map(readRule) : [];
}

/** Replaces a bucket's rules. One exchange. */
export function* setCors(
  settings: Settings,
  container: ContainerReference,
  rules: readonly S3CorsRule[],
): Operation<void> {
  const resource = ofBucket(settings, container, 'cors');
  const elements = listOf('rules', rules, maxRules).map((rule, index) => writeRule(`rules[${index}]`, rule));
  if (elements.length === 0) return yield* removeSubResource(sendOf(settings.scope), resource);
  yield* writeSubResource(
    sendOf(settings.scope),
    resource,
    `<CORSConfiguration ${xmlns}>${elements.join('')}</CORSConfiguration>`,
  );
}

function readRule(rule: XmlElement): S3CorsRule {
  const texts = (name: string) => childrenOf(rule, name).map(({ text }) => text);
  const [requestHeaders, responseHeaders] = [texts('AllowedHeader'), texts('ExposeHeader')];
  const maxAge = childText(rule, 'MaxAgeSeconds') ?? '';
  return {
    origins: texts('AllowedOrigin'),
    methods: texts('AllowedMethod') as (typeof methods)[number][],
    ...(requestHeaders.length > 0 && { requestHeaders }),
    ...(responseHeaders.length > 0 && { responseHeaders }),
    ...(/^\d{1,15}$/.test(maxAge) && { maxAgeSeconds: Number(maxAge) }),
  };
}

function writeRule(field: string, rule: unknown): string {
  const given = recordOf(field, rule, ['origins', 'methods', 'requestHeaders', 'responseHeaders', 'maxAgeSeconds']);
  const { maxAgeSeconds } = given;
  const elements = (name: string, part: string, value: unknown, check = documentText) =>
    listOf(`${field}.${part}`, value, 100)
      .map((one, index) => `<${name}>${escapeXml(check(`${field}.${part}[${index}]`, one))}</${name}>`)
      .join('');
  const age = maxAgeSeconds === undefined ? '' : countOf(`${field}.maxAgeSeconds`, maxAgeSeconds);
  return [
    '<CORSRule>',
    elements('AllowedOrigin', 'origins', given.origins),
    elements('AllowedMethod', 'methods', given.methods, (name, method) => oneOf(name, method, methods)),
    elements('AllowedHeader', 'requestHeaders', given.requestHeaders ?? []),
    elements('ExposeHeader', 'responseHeaders', given.responseHeaders ?? []),
    age === '' ? '' : `<MaxAgeSeconds>${age}</MaxAgeSeconds>`,
    '</CORSRule>',
  ].join('');
}
