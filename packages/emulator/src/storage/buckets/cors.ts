/**
 * Cross-origin requests, answered from the bucket's CORS configuration.
 *
 * @see https://cloud.google.com/storage/docs/cross-origin
 */
import type { Reply } from '../../front/reply.ts';
import type { Bucket } from '../../store/records.ts';
import { parseDocument } from '../../xml.ts';
import { checkHeaders } from '../objects/headers.ts';

interface Rule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly responseHeaders: readonly string[];
  readonly maxAgeSeconds: string | undefined;
}

function readRules(text: string): readonly Rule[] {
  const list = (element: { children(name: string): readonly { own: string }[] } | undefined, name: string) =>
    (element?.children(name) ?? []).map(({ own }) => own.trim());
  return parseDocument(text, 'CorsConfig')
    .children('Cors')
    .map((cors) => ({
      origins: list(cors.children('Origins')[0], 'Origin'),
      methods: list(cors.children('Methods')[0], 'Method'),
      responseHeaders: list(cors.children('ResponseHeaders')[0], 'ResponseHeader'),
      maxAgeSeconds: cors.text('MaxAgeSec')?.trim(),
    }));
}

/** Refuses a CORS document with values that are not valid in headers. */
export function checkCors(text: string): void {
  for (const rule of readRules(text)) {
    checkHeaders(preflightHeaders(rule));
    for (const origin of rule.origins) checkHeaders({ Origin: origin });
  }
}

function findRule(bucket: Bucket | undefined, origin: string, method: string): Rule | undefined {
  const text = bucket?.settings.documents.cors;
  if (text === undefined) return undefined;
  const fits = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);
  return readRules(text).find((rule) => fits(rule.origins, origin) && fits(rule.methods, method));
}

/** Answers a preflight; without a matching rule, no header allows anything. */
export function answerPreflight(bucket: Bucket | undefined, origin: string, method: string): Reply {
  const rule = findRule(bucket, origin, method);
  return { status: 200, headers: rule === undefined ? {} : { ...allowed(rule, origin), ...preflightHeaders(rule) } };
}

function preflightHeaders({ methods, responseHeaders, maxAgeSeconds }: Rule): Record<string, string> {
  return {
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': responseHeaders.join(', '),
    ...(maxAgeSeconds === undefined ? {} : { 'Access-Control-Max-Age': maxAgeSeconds }),
  };
}

/** Adds the CORS headers to the reply of an ordinary request. */
export function withCors(reply: Reply, bucket: Bucket | undefined, origin: string | undefined, method: string): Reply {
  const rule = origin === undefined ? undefined : findRule(bucket, origin, method);
  if (rule === undefined || origin === undefined) return reply;
  const exposed = { 'Access-Control-Expose-Headers': rule.responseHeaders.join(', ') };
  return { ...reply, headers: { ...reply.headers, ...allowed(rule, origin), ...exposed } };
}

function allowed(rule: Rule, origin: string): Record<string, string> {
  const any = rule.origins.includes('*');
  return { 'Access-Control-Allow-Origin': any ? '*' : origin, ...(any ? {} : { Vary: 'Origin' }) };
}
