/**
 * Joins several objects into one, within the service.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-compose
 */
import {
  type ContainerReference,
  combineCrc32c,
  containerNameOf,
  describe,
  type HttpResponse,
  invalidArgument,
  isCloudError,
  type Operation,
} from '@isobar/core/provider';
import { escapeXml } from '@isobar/core/xml';
import type { GoogleUploadOptions } from './call-options.ts';
import { maxComponents } from './limits.ts';
import { formatCrc32c, type GoogleObject, parseCrc32c } from './models.ts';
import { objectNameOf } from './names.ts';
import { headObject, headStored, requireGenerations } from './objects.ts';
import { type Scope, send } from './requests.ts';
import { appliedWrite } from './uploads/lost-responses.ts';
import { type CheckedUpload, checkUpload, type Sent, storedMetadata, verifyWhole } from './uploads/uploads.ts';

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
export interface ComposeOptions extends Omit<GoogleUploadOptions, 'onProgress'> {}

interface Component {
  readonly name: string;
  readonly generation: string | undefined;
  readonly sizeBytes: number | undefined;
  readonly crc32c: string | undefined;
}

/** Joins objects. Two exchanges, with `aws4` three; see {@link appliedComposition} for those after a lost response. */
export function* composeObjects(
  scope: Scope,
  sources: readonly ComposeSource[],
  container: ContainerReference,
  objectName: string,
  options: ComposeOptions = {},
): Operation<GoogleObject> {
  const upload = checkUpload(container, objectName, options);
  const components = checkSources(sources, upload.container);
  const expected = combined(components);
  const [{ name, generation: first }] = components;
  const component = { container: upload.container, name, ...(first !== undefined && { generation: first }) };
  yield* requireGenerations(scope, component, upload.headers);
  let response: HttpResponse;
  try {
    response = yield* send(scope, {
      method: 'PUT',
      container: upload.container,
      object: upload.object,
      query: { compose: '' },
      headers: upload.headers,
      body: writeComposition(components),
      // An object that includes itself would grow with each attempt, and its generation is gone after the first.
      idempotent: components.every(({ name }) => name !== upload.object),
    });
  } catch (failure) {
    return yield* appliedComposition(scope, upload, components, failure);
  }
  const generation = response.headers['x-goog-generation'];
  if (expected) return yield* verifyWhole(scope, upload, expected, generation);
  return yield* headStored(scope, { container: upload.container, name: upload.object }, generation);
}

/**
 * The composed object, if an earlier attempt was applied although its response was lost, so that the condition of a
 * later one failed. No exchange if that cannot be, else one, and one for each source that was not given as a model.
 */
function* appliedComposition(
  scope: Scope,
  upload: CheckedUpload,
  components: readonly Component[],
  failure: unknown,
): Operation<GoogleObject> {
  const { container, object, headers, isConditional, options } = upload;
  if (!isConditional) throw failure;
  return yield* appliedWrite(scope, { container, name: object }, options, failure, function* () {
    const whole = combined(yield* lookUp(scope, container, components));
    const { sizeBytes = 0, crc32c } = whole ?? {};
    const checksum = crc32c === undefined ? undefined : formatCrc32c(crc32c);
    return { sizeBytes, checksum, contentType: headers['content-type'], metadata: storedMetadata(options) };
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
      const { sizeBytes, extra } = yield* headObject(scope, { container, name: component.name }, component.generation);
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
  let whole: Sent = { sizeBytes: 0, crc32c: 0 };
  for (const { crc32c, generation, sizeBytes } of components) {
    const crc = generation === undefined || crc32c === undefined ? undefined : parseCrc32c(crc32c);
    if (crc === undefined || sizeBytes === undefined) return undefined;
    whole = { sizeBytes: whole.sizeBytes + sizeBytes, crc32c: combineCrc32c(whole.crc32c, crc, sizeBytes) };
  }
  return whole;
}
