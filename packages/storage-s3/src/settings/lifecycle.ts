/**
 * The lifecycle rules of a bucket: what happens to objects with time.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
import {
  type ContainerReference,
  countOf,
  flagOf,
  invalidArgument,
  listOf,
  type Operation,
  recordOf,
  stringOf,
} from '@isobar/core/provider';
import { childOf, childrenOf, childText, escapeXml, type XmlElement } from '@isobar/core/xml';
import { ifPresent, readSubResource, removeSubResource, writeSubResource } from '@isobar/s3-dialect';
import { sendOf, xmlns } from '../requests.ts';
import { tagPairs } from '../tags.ts';
import { ofBucket, type Settings } from './settings.ts';

/** A rule. All conditions must hold; at least one action is needed. */
export interface S3LifecycleRule {
  readonly id?: string;
  /** Default true. */
  readonly enabled?: boolean;
  /** Only objects whose names start with this. Default: all. */
  readonly prefix?: string;
  /** Only objects with these tags. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Only objects larger than this. */
  readonly minBytes?: number;
  /** Only objects smaller than this. */
  readonly maxBytes?: number;
  /** Delete objects this many days after their creation. */
  readonly expireAfterDays?: number;
  /** Remove delete markers that mark nothing any more. */
  readonly removeDeleteMarkers?: boolean;
  /** Delete old versions this many days after they were replaced. */
  readonly expireOldVersionsAfterDays?: number;
  /** Change the storage class this many days after the creation. */
  readonly transitions?: readonly { readonly afterDays: number; readonly storageClass: string }[];
  /** Abort unfinished uploads this many days after they began. */
  readonly abortUploadsAfterDays?: number;
  /**
   * Names of the rule's elements that this version does not know; absent when there are none. Such a rule cannot be written back:
   * it would mean something else without them.
   */
  readonly unknown?: readonly string[];
}

/** Maximum number of rules. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html */
const maxRules = 1000;

/** A bucket's rules. One exchange. */
export function* getLifecycle(settings: Settings, container: ContainerReference): Operation<S3LifecycleRule[]> {
  const reading = readSubResource(
    sendOf(settings.scope),
    ofBucket(settings, container, 'lifecycle'),
    'LifecycleConfiguration',
  );
  const configuration = yield* ifPresent(reading, 'NoSuchLifecycleConfiguration');
  return configuration ? childrenOf(configuration, 'Rule').map(readRule) : [];
}

/** Replaces a bucket's rules. One exchange. */
export function* setLifecycle(
  settings: Settings,
  container: ContainerReference,
  rules: readonly S3LifecycleRule[],
): Operation<void> {
  const resource = ofBucket(settings, container, 'lifecycle');
  const elements = listOf('rules', rules, maxRules).map((rule, index) => writeRule(`rules[${index}]`, rule));
  if (elements.length === 0) return yield* removeSubResource(sendOf(settings.scope), resource);
  const document = `<LifecycleConfiguration ${xmlns}>${elements.join('')}</LifecycleConfiguration>`;
  yield* writeSubResource(sendOf(settings.scope), resource, document);
}

type Writable<Model> = { -readonly [Field in keyof Model]: Model[Field] };

function readRule(element: XmlElement): S3LifecycleRule {
  const rule: Writable<S3LifecycleRule> = {};
  const unknown: string[] = [];
  const transitions: { afterDays: number; storageClass: string }[] = [];
  const days = (parent: XmlElement, name: string, take: (days: number) => void): void => {
    const text = childText(parent, name) ?? '';
    if (parent.children.length === 1 && /^\d{1,9}$/.test(text)) take(Number(text));
    else unknown.push(parent.name);
  };
  for (const child of element.children) {
    if (child.name === 'ID') rule.id = child.text;
    else if (child.name === 'Status') rule.enabled = child.text === 'Enabled';
    else if (child.name === 'Prefix') rule.prefix = child.text;
    else if (child.name === 'Filter') readFilter(childOf(child, 'And') ?? child, rule, unknown);
    else if (child.name === 'Expiration' && childText(child, 'ExpiredObjectDeleteMarker') === 'true')
      rule.removeDeleteMarkers = true;
    else if (child.name === 'Expiration')
      days(child, 'Days', (count) => {
        rule.expireAfterDays = count;
      });
    else if (child.name === 'NoncurrentVersionExpiration') {
      days(child, 'NoncurrentDays', (count) => {
        rule.expireOldVersionsAfterDays = count;
      });
    } else if (child.name === 'AbortIncompleteMultipartUpload') {
      days(child, 'DaysAfterInitiation', (count) => {
        rule.abortUploadsAfterDays = count;
      });
    } else if (child.name === 'Transition' && /^\d{1,9}$/.test(childText(child, 'Days') ?? '')) {
      transitions.push({
        afterDays: Number(childText(child, 'Days')),
        storageClass: childText(child, 'StorageClass') ?? '',
      });
    } else unknown.push(child.name);
  }
  if (transitions.length > 0) rule.transitions = transitions;
  return unknown.length > 0 ? { ...rule, unknown } : rule;
}

function readFilter(filter: XmlElement, rule: Writable<S3LifecycleRule>, unknown: string[]): void {
  const tags: Record<string, string> = {};
  for (const child of filter.children) {
    if (child.name === 'Prefix') rule.prefix = child.text;
    else if (child.name === 'Tag') tags[childText(child, 'Key') ?? ''] = childText(child, 'Value') ?? '';
    else if (child.name === 'ObjectSizeGreaterThan') rule.minBytes = Number(child.text);
    else if (child.name === 'ObjectSizeLessThan') rule.maxBytes = Number(child.text);
    else unknown.push(`Filter.${child.name}`);
  }
  if (Object.keys(tags).length > 0) rule.tags = tags;
}

const fields = [
  'id',
  'enabled',
  'prefix',
  'tags',
  'minBytes',
  'maxBytes',
  'expireAfterDays',
  'removeDeleteMarkers',
  'expireOldVersionsAfterDays',
  'transitions',
  'abortUploadsAfterDays',
  'unknown',
];

function writeRule(field: string, value: unknown): string {
  const rule = recordOf(field, value, fields) as Partial<S3LifecycleRule>;
  if (rule.unknown !== undefined) {
    throw invalidArgument(
      `${field}.unknown`,
      'was read from the service and cannot be written back; the rule would change without it',
    );
  }
  const element = (name: string, inner: string) => `<${name}>${inner}</${name}>`;
  const count = (part: keyof S3LifecycleRule, min = 1) => countOf(`${field}.${part}`, rule[part], min);
  const actions: string[] = [];
  if (rule.expireAfterDays !== undefined)
    actions.push(element('Expiration', element('Days', `${count('expireAfterDays')}`)));
  if (rule.removeDeleteMarkers !== undefined) {
    const isSet = flagOf(`${field}.removeDeleteMarkers`, rule.removeDeleteMarkers);
    actions.push(element('Expiration', element('ExpiredObjectDeleteMarker', `${isSet}`)));
  }
  for (const [index, one] of listOf(`${field}.transitions`, rule.transitions ?? [], 20).entries()) {
    const name = `${field}.transitions[${index}]`;
    const { afterDays, storageClass } = recordOf(name, one, ['afterDays', 'storageClass']);
    const days = element('Days', `${countOf(`${name}.afterDays`, afterDays)}`);
    const to = element('StorageClass', escapeXml(stringOf(`${name}.storageClass`, storageClass)));
    actions.push(element('Transition', days + to));
  }
  if (rule.expireOldVersionsAfterDays !== undefined) {
    const days = element('NoncurrentDays', `${count('expireOldVersionsAfterDays')}`);
    actions.push(element('NoncurrentVersionExpiration', days));
  }
  if (rule.abortUploadsAfterDays !== undefined) {
    const days = element('DaysAfterInitiation', `${count('abortUploadsAfterDays')}`);
    actions.push(element('AbortIncompleteMultipartUpload', days));
  }
  if (actions.length === 0) throw invalidArgument(field, 'must name what is done, such as expireAfterDays');
  const id = rule.id === undefined ? '' : element('ID', escapeXml(stringOf(`${field}.id`, rule.id)));
  const status = rule.enabled === undefined || flagOf(`${field}.enabled`, rule.enabled) ? 'Enabled' : 'Disabled';
  return element('Rule', `${id}${writeFilter(field, rule)}${element('Status', status)}${actions.join('')}`);
}

function writeFilter(field: string, rule: Partial<S3LifecycleRule>): string {
  const parts: string[] = [];
  if (rule.prefix !== undefined) parts.push(`<Prefix>${escapeXml(stringOf(`${field}.prefix`, rule.prefix))}</Prefix>`);
  for (const [key, value] of tagPairs(rule.tags ?? {}, `${field}.tags`)) {
    parts.push(`<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`);
  }
  if (rule.minBytes !== undefined) {
    parts.push(`<ObjectSizeGreaterThan>${countOf(`${field}.minBytes`, rule.minBytes)}</ObjectSizeGreaterThan>`);
  }
  if (rule.maxBytes !== undefined) {
    parts.push(`<ObjectSizeLessThan>${countOf(`${field}.maxBytes`, rule.maxBytes, 1)}</ObjectSizeLessThan>`);
  }
  const [first = '<Prefix></Prefix>', ...others] = parts;
  return `<Filter>${others.length === 0 ? first : `<And>${parts.join('')}</And>`}</Filter>`;
}
