/**
 * The lifecycle rules of a bucket.
 *
 * @see https://cloud.google.com/storage/docs/lifecycle
 * @see https://cloud.google.com/storage/docs/xml-api/put-bucket-lifecycle
 */

import {
  type ContainerReference,
  countOf,
  describe,
  flagOf,
  invalidArgument,
  listOf,
  type Operation,
  oneOf,
  recordOf,
} from '@isobar/core/provider';
import { childOf, childrenOf, type XmlElement } from '@isobar/core/xml';
import { maxLifecycleRules } from '../limits.ts';
import type { Scope } from '../requests.ts';
import { storageClassOf } from './settings.ts';
import { readSubResource, writeSubResource } from './sub-resource.ts';

/** What a rule does to an object or an unfinished multipart upload. */
export type LifecycleAction =
  | { readonly type: 'Delete' }
  | { readonly type: 'SetStorageClass'; readonly storageClass: string }
  | { readonly type: 'AbortIncompleteMultipartUpload' };

/** When a rule applies: all fields that are present must hold. */
export interface LifecycleCondition {
  /** Days since the object was created. */
  readonly ageInDays?: number;
  /** Only objects created before this day: midnight UTC. */
  readonly createdBefore?: Date;
  /** Only live versions (true), or only old ones (false). */
  readonly isLive?: boolean;
  /** Only versions with at least this many newer versions. */
  readonly numberOfNewerVersions?: number;
  /** Only objects of one of these storage classes. */
  readonly matchesStorageClass?: readonly string[];
}

/** One rule of a bucket's lifecycle. */
export interface LifecycleRule {
  /** Absent when this version does not know the action; then `unknown` has its name. */
  readonly action?: LifecycleAction;
  readonly condition: LifecycleCondition;
  /**
   * Names of the rule's elements that this version does not know; absent when there are none. Such a rule cannot be
   * written back: without them it could apply to more objects.
   */
  readonly unknown?: readonly string[];
}

/** A bucket's rules. One exchange. */
export function* getLifecycle(scope: Scope, container: ContainerReference): Operation<LifecycleRule[]> {
  const configuration = yield* readSubResource(scope, container, 'lifecycle', 'LifecycleConfiguration');
  return childrenOf(configuration, 'Rule').map(readRule);
}

/** Replaces a bucket's rules. One exchange. */
export function* setLifecycle(
  scope: Scope,
  container: ContainerReference,
  rules: readonly LifecycleRule[],
): Operation<void> {
  const elements = listOf('rules', rules, maxLifecycleRules).map((rule, index) => writeRule(`rules[${index}]`, rule));
  const document = `<LifecycleConfiguration>${elements.join('')}</LifecycleConfiguration>`;
  yield* writeSubResource(scope, container, 'lifecycle', document);
}

function readRule(rule: XmlElement): LifecycleRule {
  const unknown = rule.children.map(({ name }) => name).filter((name) => name !== 'Action' && name !== 'Condition');
  const actions = childOf(rule, 'Action')?.children ?? [];
  const action = actions.length === 1 ? readAction(actions[0] as XmlElement) : undefined;
  if (!action) unknown.push(...actions.map(({ name }) => `Action.${name}`));
  const condition: { -readonly [Name in keyof LifecycleCondition]: LifecycleCondition[Name] } = {};
  const classes: string[] = [];
  for (const { name, text } of childOf(rule, 'Condition')?.children ?? []) {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
    if (name === 'Age' && /^\d{1,9}$/.test(text)) condition.ageInDays = Number(text);
    else if (name === 'CreatedBefore' && day && !Number.isNaN(day.getTime())) condition.createdBefore = day;
    else if (name === 'IsLive' && /^(true|false)$/.test(text)) condition.isLive = text === 'true';
    else if (name === 'NumberOfNewerVersions' && /^\d{1,9}$/.test(text)) condition.numberOfNewerVersions = Number(text);
    else if (name === 'MatchesStorageClass') classes.push(text);
    else unknown.push(`Condition.${name}`);
  }
  if (classes.length > 0) condition.matchesStorageClass = classes;
  return { ...(action && { action }), condition, ...(unknown.length > 0 && { unknown }) };
}

function readAction({ name, text }: XmlElement): LifecycleAction | undefined {
  if (name === 'SetStorageClass') return { type: name, storageClass: text };
  return name === 'Delete' || name === 'AbortIncompleteMultipartUpload' ? { type: name } : undefined;
}

const actionTypes = ['Delete', 'SetStorageClass', 'AbortIncompleteMultipartUpload'] as const;

function writeRule(field: string, rule: unknown): string {
  const { action, condition, unknown } = recordOf(field, rule, ['action', 'condition', 'unknown']);
  if (unknown !== undefined) {
    const why = 'was read from the service and cannot be written back; the rule would change without it';
    throw invalidArgument(`${field}.unknown`, why);
  }
  const { type, storageClass } = recordOf(`${field}.action`, action, ['type', 'storageClass']);
  const name = oneOf(`${field}.action.type`, type, actionTypes);
  if (name !== 'SetStorageClass' && storageClass !== undefined) {
    throw invalidArgument(`${field}.action.storageClass`, `is valid only for SetStorageClass, not for ${name}`);
  }
  const inner = name === 'SetStorageClass' ? storageClassOf(`${field}.action.storageClass`, storageClass) : '';
  const conditions = writeCondition(`${field}.condition`, condition);
  if (name === 'AbortIncompleteMultipartUpload' && Object.keys(conditions).some((one) => one !== 'Age')) {
    throw invalidArgument(
      `${field}.condition`,
      `may only have ageInDays, because unfinished uploads have nothing else`,
    );
  }
  return `<Rule><Action><${name}>${inner}</${name}></Action><Condition>${Object.values(conditions).join('')}</Condition></Rule>`;
}

const conditionFields = ['ageInDays', 'createdBefore', 'isLive', 'numberOfNewerVersions', 'matchesStorageClass'];

/** The elements of a condition, by name. */
function writeCondition(field: string, condition: unknown): Record<string, string> {
  const given = recordOf(field, condition, conditionFields);
  const { ageInDays, createdBefore, isLive, numberOfNewerVersions, matchesStorageClass } = given;
  const elements: Record<string, string> = {};
  const add = (name: string, text: string | number | boolean): void => {
    elements[name] = `${elements[name] ?? ''}<${name}>${text}</${name}>`;
  };
  if (ageInDays !== undefined) add('Age', countOf(`${field}.ageInDays`, ageInDays));
  if (createdBefore !== undefined) add('CreatedBefore', dayOf(`${field}.createdBefore`, createdBefore));
  if (isLive !== undefined) add('IsLive', flagOf(`${field}.isLive`, isLive));
  if (numberOfNewerVersions !== undefined) {
    add('NumberOfNewerVersions', countOf(`${field}.numberOfNewerVersions`, numberOfNewerVersions));
  }
  if (matchesStorageClass !== undefined) {
    for (const [index, one] of listOf(`${field}.matchesStorageClass`, matchesStorageClass, 20).entries()) {
      add('MatchesStorageClass', storageClassOf(`${field}.matchesStorageClass[${index}]`, one));
    }
  }
  if (Object.keys(elements).length > 0) return elements;
  throw invalidArgument(
    field,
    `must name at least one of ${conditionFields.join(', ')}; otherwise it would apply to all objects`,
  );
}

function dayOf(field: string, value: unknown): string {
  const time = value instanceof Date ? value.getTime() : Number.NaN;
  const text = Number.isNaN(time) ? '' : (value as Date).toISOString();
  if (/^\d{4}-\d{2}-\d{2}T00:00:00\.000Z$/.test(text)) return text.slice(0, 10);
  const given = text === '' ? describe(value) : text;
  throw invalidArgument(field, `must be a Date at midnight UTC, because the service has days only; not ${given}`);
}
