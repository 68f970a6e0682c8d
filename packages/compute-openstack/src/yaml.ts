/** Reads YAML, for `clouds.yaml`. Loaded when such a file is read, not before. */
import { FAILSAFE_SCHEMA, mergeTag, load as parse } from 'js-yaml';

/** Reads a document. All values are texts as they are written: a password of digits keeps its zeros. */
export function load(text: string): unknown {
  return parse(text, { schema: FAILSAFE_SCHEMA.withTags(mergeTag) });
}
