/**
 * Joins several objects into one, within the service.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-compose
 */
import {
  appliedWrite,
  type ContainerReference,
  checkUpload,
  combineChecksums,
  containerNameOf,
  describe,
  type HttpResponse,
  headStored,
  invalidArgument,
  isCloudError,
  locationAt,
  type Operation,
  type Sent,
  verifyWhole,
} from '@isobar/core/provider';
import { escapeXml } from '@isobar/core/xml';
import type { GoogleUploadOptions } from './call-options.ts';
import { maxComponents } from './limits.ts';
import type { GoogleObject } from './models.ts';
import { objectNameOf } from './names.ts';
import { headObject, requireGenerations } from './objects.ts';
import { type Scope, send } from './requests.ts';
import type { GoogleService } from './service.ts';
import type { GoogleWrite } from './targets.ts';

/**
 * A source of a composition: an object's name, its location or its model. A model with a generation selects that
 * generation. If all models also have checksum and size, the composition is verified.
 */
export type ComposeSource =
  | string
  | {
      readonly name: string;
      /** Must be the container of the composition. */
      readonly container?: ContainerReference;
      /** Default: that of the model, else the live one. */
      readonly generation?: string;
      readonly sizeBytes?: number;
      readonly extra?: { readonly generation?: string; readonly crc32c?: string };
    };

/** Options of `exComposeObjects`. */
export interface ComposeOptions extends Omit<GoogleUploadOptions, 'expectedSizeBytes' | 'onProgress'> {}

interface Component {
  readonly name: string;
  readonly generation: string | undefined;
  readonly sizeBytes: number | undefined;
  readonly crc32c: string | undefined;
}

/** Joins objects. Two exchanges, with `aws4` three; see {@link appliedComposition} for those after a lost response. */
export function* composeObjects(
  scope: Scope,
  service: GoogleService,
  sources: readonly ComposeSource[],
  container: ContainerReference,
  objectName: string,
  options: ComposeOptions = {},
): Operation<GoogleObject> {
  const { write } = checkUpload(service, locationAt(service, container, objectName), options);
  const { location } = write;
  const components = checkSources(sources, location.container);
  const expected = combined(components);
  const [{ name, generation: first }] = components;
  const component = { container: location.container, name, ...(first !== undefined && { version: first }) };
  yield* requireGenerations(scope, component, write.requestHeaders);
  let response: HttpResponse;
  try {
    response = yield* send(scope, {
      method: 'PUT',
      container: location.container,
      object: location.name,
      query: { compose: '' },
      headers: write.requestHeaders,
      body: writeComposition(components),
      // An object that includes itself would grow with each attempt, and its generation is gone after the first.
      idempotent: components.every((one) => one.name !== location.name),
    });
  } catch (failure) {
    return yield* appliedComposition(scope, service, write, components, failure);
  }
  const generation = response.headers['x-goog-generation'];
  if (expected) return yield* verifyWhole(service, location, expected, generation);
  return (yield* headStored(service, location, generation)).object;
}

/**
 * The composed object, if an earlier attempt was applied although its response was lost, so that the condition of a
 * later one failed. No exchange if that cannot be, else one, and one for each source that was not given as a model.
 */
function* appliedComposition(
  scope: Scope,
  service: GoogleService,
  write: GoogleWrite,
  components: readonly Component[],
  failure: unknown,
): Operation<GoogleObject> {
  return yield* appliedWrite(service, write, failure, function* () {
    const whole = combined(yield* lookUp(scope, write.location.container, components));
    return { ...(whole ?? { sizeBytes: 0, checksums: {} }), headers: write.headers };
  });
}

/** The sources, with size and checksum unless they no longer exist. */
function* lookUp(scope: Scope, container: string, components: readonly Component[]): Operation<Component[]> {
  const found: Component[] = [];
  for (const component of components) {
    if (isKnown(component)) {
      found.push(component);
      continue;
    }
    try {
      const { generation, name } = component;
      const source = { container, name, ...(generation !== undefined && { version: generation }) };
      const { sizeBytes, extra } = yield* headObject(scope, source);
      found.push({ ...component, generation: extra.generation, sizeBytes, crc32c: extra.crc32c });
    } catch (failure) {
      if (!isCloudError(failure, 'not-found')) throw failure;
      found.push(component);
    }
  }
  return found;
}

function isKnown({ crc32c, generation, sizeBytes }: Component): boolean {
  return generation !== undefined && crc32c !== undefined && sizeBytes !== undefined;
}

function checkSources(sources: readonly ComposeSource[], container: string): readonly [Component, ...Component[]] {
  if (!Array.isArray(sources))
    throw invalidArgument('sources', `must be an array of objects, not ${describe(sources)}`);
  if (sources.length < 1 || sources.length > maxComponents) {
    throw invalidArgument('sources', `must be 1–${maxComponents} objects, not ${sources.length}`);
  }
  const components = sources.map((source: ComposeSource, index) => checkSource(`sources[${index}]`, source, container));
  return components as [Component, ...Component[]];
}

function checkSource(field: string, source: ComposeSource, container: string): Component {
  const given = typeof source === 'string' ? { name: source } : source;
  if (typeof given !== 'object' || given === null) {
    throw invalidArgument(field, `must be an object or its name, not ${describe(source)}`);
  }
  if (given.container !== undefined && containerNameOf(given.container) !== container) {
    const other = describe(containerNameOf(given.container));
    throw invalidArgument(`${field}.container`, `must be the composition's container, ${container}; not ${other}`);
  }
  const name = objectNameOf(given.name, `${field}.name`);
  const generation = given.generation ?? given.extra?.generation;
  if (generation !== undefined && !/^\d{1,20}$/.test(generation)) {
    throw invalidArgument(`${field}.generation`, `must be a string of digits, not ${describe(generation)}`);
  }
  const isOfModel = generation === given.extra?.generation;
  return { name, generation, sizeBytes: given.sizeBytes, crc32c: isOfModel ? given.extra?.crc32c : undefined };
}

function writeComposition(components: readonly Component[]): Uint8Array {
  const elements = components.map(({ name, generation }) => {
    const pinned = generation === undefined ? '' : `<Generation>${generation}</Generation>`;
    return `<Component><Name>${escapeXml(name)}</Name>${pinned}</Component>`;
  });
  return new TextEncoder().encode(`<ComposeRequest>${elements.join('')}</ComposeRequest>`);
}

/** The expected size and checksum of the composition, if those of all sources are known. */
function combined(components: readonly Component[]): Sent | undefined {
  let whole: Sent | undefined;
  for (const { crc32c, generation, sizeBytes } of components) {
    if (generation === undefined || sizeBytes === undefined || !/^[A-Za-z0-9+/]{6}==$/.test(crc32c ?? ''))
      return undefined;
    const checksums = { crc32c: crc32c as string };
    whole = whole
      ? {
          sizeBytes: whole.sizeBytes + sizeBytes,
          checksums: combineChecksums(whole.checksums, checksums, sizeBytes),
        }
      : { sizeBytes, checksums };
  }
  return whole;
}
