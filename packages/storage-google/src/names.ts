/** Checks names against Google Storage's rules, before anything is sent. */
import {
  type ContainerReference,
  containerNameOf,
  describe,
  invalidArgument,
  type NameChecks,
} from '@isobar/core/provider';
import { checkObjectName } from '@isobar/s3-dialect';

/** A bucket name that can exist. */
export function bucketNameOf(container: ContainerReference, field = 'container'): string {
  const name = containerNameOf(container, field);
  if (/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)) return name;
  const rule = 'must be 3–222 characters a–z, 0–9, dash, underscore or dot, and start and end with a letter or digit';
  throw invalidArgument(field, `${rule}; not ${describe(name)}`);
}

/**
 * A name for a new bucket, for which Google has more rules.
 *
 * @see https://cloud.google.com/storage/docs/buckets#naming
 */
export function newBucketName(containerName: string): string {
  const name = bucketNameOf(containerName, 'containerName');
  const labels = name.split('.');
  const problem =
    (labels.some((label) => label.length > 63 || label === '') && 'must have 1–63 characters between dots') ||
    (/\.-|-\./.test(name) && 'must not have a dash next to a dot') ||
    (/^\d+\.\d+\.\d+\.\d+$/.test(name) && 'must not look like an IP address') ||
    (/^goog|google/.test(name) && 'must not start with "goog" or contain "google"');
  if (problem) throw invalidArgument('containerName', `${problem}; not ${describe(name)}`);
  return name;
}

/**
 * An object name, exactly as it will be stored.
 *
 * @see https://cloud.google.com/storage/docs/objects#naming
 */
export function objectNameOf(name: string, field = 'objectName'): string {
  return checkObjectName(name, field, problemOf);
}

function problemOf(name: string): string | false {
  return (
    (/[\r\n]/.test(name) && 'must not contain line breaks') ||
    ((name === '.' || name === '..') && 'must not be "." or ".."')
  );
}

/** The checks of both names. */
export const nameChecks: NameChecks = { containerName: bucketNameOf, objectName: objectNameOf };
