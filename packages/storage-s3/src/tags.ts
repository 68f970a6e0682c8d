/**
 * Tags of objects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 */
import { CloudError, describe, invalidArgument, type Operation } from '@isobar/core/provider';
import { childOf, childrenOf, childText, escapeXml } from '@isobar/core/xml';
import { ifPresent, readSubResource, removeSubResource, type SubResource, writeSubResource } from '@isobar/s3-dialect';
import type { S3Dialect } from './dialects.ts';
import { type Scope, sendOf, xmlns } from './requests.ts';

/** Maximum number of tags of an object. */
const maxTags = 10;

/** Tags, checked, as pairs. */
export function tagPairs(
  tags: Readonly<Record<string, string>>,
  field = 'tags',
  max: number = maxTags,
): [string, string][] {
  if (typeof tags !== 'object' || tags === null)
    throw invalidArgument(field, `must be an object, not ${describe(tags)}`);
  const pairs = Object.entries(tags);
  if (pairs.length > max) throw invalidArgument(field, `must be at most ${max} tags, not ${pairs.length}`);
  for (const [key, value] of pairs) {
    const isText = typeof value === 'string' && key.isWellFormed() && value.isWellFormed();
    if (isText && key.length >= 1 && key.length <= 128 && value.length <= 256) continue;
    throw invalidArgument(`${field}.${key}`, 'must be a string of at most 256 characters, with a name of 1–128');
  }
  return pairs;
}

/** Tags, checked, as the value of the header `x-amz-tagging`. */
export function tagQuery(tags: Readonly<Record<string, string>>): string {
  return tagPairs(tags)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** @throws {CloudError} `unsupported` where objects have no tags. */
export function requireTags({ tags }: S3Dialect): void {
  if (!tags) throw new CloudError('unsupported', 'objects of this service have no tags', { field: 'tags' });
}

/** The tags of an object. One exchange. */
export function* readTags(scope: Scope, object: SubResource): Operation<Record<string, string>> {
  requireTags(scope.dialect);
  const reading = readSubResource(sendOf(scope), object, 'Tagging');
  const tagging = yield* ifPresent(reading, 'NoSuchTagSet');
  const set = tagging && childOf(tagging, 'TagSet');
  const tags = set ? childrenOf(set, 'Tag') : [];
  return Object.fromEntries(tags.map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']));
}

/** Replaces the tags of an object. One exchange. */
export function* writeTags(scope: Scope, object: SubResource, tags: Readonly<Record<string, string>>): Operation<void> {
  requireTags(scope.dialect);
  const elements = tagPairs(tags).map(
    ([key, value]) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  if (elements.length === 0) return yield* removeSubResource(sendOf(scope), object);
  yield* writeSubResource(sendOf(scope), object, `<Tagging ${xmlns}><TagSet>${elements.join('')}</TagSet></Tagging>`);
}
