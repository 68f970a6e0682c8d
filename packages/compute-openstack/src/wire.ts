/** How documents of OpenStack's services become models. */

/** A field of a model, left out when the cloud does not tell it. */
export function fieldOf<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { readonly [Key in Name]?: Value } {
  return (value == null ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

/** A time without a zone, which is UTC. */
export function utc(time: string | null | undefined): string | undefined {
  if (!time) return undefined;
  return /Z$|[+-]\d\d:?\d\d$/.test(time) ? time : `${time}Z`;
}
