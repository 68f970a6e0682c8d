/**
 * The parts of zod/mini that Isobar's packages describe options and wire data with, so that an installation has one copy.
 * For Isobar's own packages: it is published without types, and a name may leave it in any release. Other providers bring
 * their own zod or any other check; see `OptionsSchema`.
 *
 * A name that is added here is installed by every user: look at what it adds to `dist/schema.min.js` (`catch` alone, which
 * refers to all of zod's inner functions, added 9 kB of 34).
 */
export {
  _default,
  array,
  boolean,
  custom,
  enum,
  type infer,
  literal,
  minLength,
  nullish,
  number,
  object,
  optional,
  prefault,
  record,
  refine,
  strictObject,
  string,
  union,
  unknown,
  type ZodMiniString,
  type ZodMiniType,
} from 'zod/mini';
