/**
 * The CORS rules of a bucket.
 *
 * @see https://cloud.google.com/storage/docs/cross-origin
 * @see https://cloud.google.com/storage/docs/xml-api/put-bucket-cors
 */

import {
  type ContainerReference,
  countOf,
  describe,
  invalidArgument,
  listOf,
  type Operation,
  recordOf,
} from '@isobar/core/provider';
import { childOf, childrenOf, childText, escapeXml, type XmlElement } from '@isobar/core/xml';
import { documentText } from '@isobar/s3-dialect';
import { maxCorsRules } from '../limits.ts';
import type { Scope } from '../requests.ts';
import { readSubResource, writeSubResource } from './sub-resource.ts';

/** What web pages of some origins may do. */
export interface CorsRule {
  /** Such as `https://example.com`, or `*` for all. */
  readonly origins: readonly string[];
  /** Such as `GET`, or `*` for all. */
  readonly methods: readonly string[];
  /** Response headers that pages may read, besides the simple ones. Default: none. */
  readonly responseHeaders?: readonly string[];
  /** How long a browser may cache the preflight response, in seconds. Default: the service's, an hour. */
  readonly maxAgeSeconds?: number;
}

/** A bucket's rules. One exchange. */
export function* getCors(scope: Scope, container: ContainerReference): Operation<CorsRule[]> {
  return childrenOf(yield* readSubResource(scope, container, 'cors', 'CorsConfig'), 'Cors').map(readRule);
}

/** Replaces a bucket's rules. One exchange. */
export function* setCors(scope: Scope, container: ContainerReference, rules: readonly CorsRule[]): Operation<void> {
  const elements = listOf('rules', rules, maxCorsRules).map((rule, index) => writeRule(`rules[${index}]`, rule));
  yield* writeSubResource(scope, container, 'cors', `<CorsConfig>${elements.join('')}</CorsConfig>`);
}

function readRule(rule: XmlElement): CorsRule {
  const list = (outer: string, inner: string) => {
    const found = childOf(rule, outer);
    return found ? childrenOf(found, inner).map(({ text }) => text) : [];
  };
  const responseHeaders = list('ResponseHeaders', 'ResponseHeader');
  const maxAge = childText(rule, 'MaxAgeSec') ?? '';
  return {
    origins: list('Origins', 'Origin'),
    methods: list('Methods', 'Method'),
    ...(responseHeaders.length > 0 && { responseHeaders }),
    ...(/^\d{1,15}$/.test(maxAge) && { maxAgeSeconds: Number(maxAge) }),
  };
}

const methods = /^([A-Z]{1,20}|\*)$/;
const headerNames = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/;

function writeRule(field: string, rule: unknown): string {
  const given = recordOf(field, rule, ['origins', 'methods', 'responseHeaders', 'maxAgeSeconds']);
  const origins = textsOf(`${field}.origins`, given.origins, /^\S+$/, 'an origin, such as https://example.com, or *');
  const allowed = textsOf(`${field}.methods`, given.methods, methods, 'a method in capital letters, or *');
  const exposed =
    given.responseHeaders === undefined
      ? []
      : textsOf(`${field}.responseHeaders`, given.responseHeaders, headerNames, 'the name of a header', 0);
  const age =
    given.maxAgeSeconds === undefined
      ? ''
      : `<MaxAgeSec>${countOf(`${field}.maxAgeSeconds`, given.maxAgeSeconds)}</MaxAgeSec>`;
  const group = (outer: string, inner: string, texts: readonly string[]) =>
    texts.length === 0
      ? ''
      : `<${outer}>${texts.map((text) => `<${inner}>${escapeXml(text)}</${inner}>`).join('')}</${outer}>`;
  return `<Cors>${group('Origins', 'Origin', origins)}${group('Methods', 'Method', allowed)}${group('ResponseHeaders', 'ResponseHeader', exposed)}${age}</Cors>`;
}

function textsOf(field: string, value: unknown, pattern: RegExp, what: string, min = 1): string[] {
  const list = listOf(field, value, 100);
  if (list.length < min) throw invalidArgument(field, `must not be empty`);
  return list.map((one, index) => {
    const text = documentText(`${field}[${index}]`, one);
    if (pattern.test(text)) return text;
    throw invalidArgument(`${field}[${index}]`, `must be ${what}; not ${describe(one)}`);
  });
}
