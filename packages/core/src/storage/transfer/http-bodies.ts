/** How a `get` of a service over HTTP asks for bytes, and reads the answer. */
import { CloudError } from '../../errors.ts';
import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import { cleanUp, type Operation } from '../../operations/operation.ts';
import { passed, read } from '../../steps/http-steps.ts';
import { release } from '../../steps/local-steps.ts';
import type { ObjectLocation } from '../arguments.ts';
import type { StorageObject } from '../models.ts';
import type { GetRequest, Got, Pieces, WholeObject } from '../service.ts';
import { subjectOf } from './stored-objects.ts';

/** The fields of an HTTP request that a {@link GetRequest} determines. */
export type GetFields = Pick<HttpRequest, 'sink' | 'maxBodyBytes' | 'decode' | 'checksums' | 'onProgress'>;

/** What to add to the HTTP request. */
export function getFields({ compute, decode, maxBytes, onProgress, sink }: GetRequest): GetFields {
  return {
    sink: sink === 'memory' ? undefined : sink === 'pieces' ? { kind: 'stream' } : { kind: 'file', ...sink },
    maxBodyBytes: sink === 'memory' ? (maxBytes ?? Number.POSITIVE_INFINITY) : undefined,
    checksums: compute.length > 0 ? compute : undefined,
    decode: decode ? 'gzip' : undefined,
    onProgress,
  };
}

/** The value of a `range` header; `undefined` for the whole object. */
export function rangeHeader({ range }: GetRequest): string | undefined {
  if (!range) return undefined;
  return `bytes=${range.startBytes}-${range.endBytes === undefined ? '' : range.endBytes - 1}`;
}

/**
 * Reads the answer to a `get`.
 *
 * @param whole Reads what the service says about the whole object.
 * @param object Makes the object's model, with the size of the whole object.
 * @throws {CloudError} `malformed-response` for another range than requested; the stream of the answer is released.
 */
export function* gotFrom<Item extends StorageObject>(
  response: HttpResponse,
  location: ObjectLocation,
  request: GetRequest,
  whole: (headers: HttpResponse['headers'], rangeOf: number | undefined) => WholeObject,
  object: (headers: HttpResponse['headers'], location: ObjectLocation, sizeBytes: number) => Item,
): Operation<Got<Item>> {
  const { body, headers, interrupted, passed: written, status, stream } = response;
  try {
    checkRange(response, location, request);
    const total = status === 206 ? /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] : undefined;
    const known = whole(headers, total === undefined ? undefined : Number(total));
    const describe = (): Item => object(headers, location, known.sizeBytes);
    if (!stream) {
      return request.sink === 'memory'
        ? { whole: known, object: describe, bytes: body, passed: written }
        : { whole: known, object: describe, passed: written ?? { sizeBytes: 0, checksums: {} }, interrupted };
    }
    const isDecoded = request.decode && headers['content-encoding'] === 'gzip';
    const pieces: Pieces = {
      next: () => read(stream),
      close: () => release(stream),
      ...(isDecoded && { passed: () => passed(stream) }),
    };
    return { whole: known, object: describe, pieces };
  } catch (failure) {
    if (stream) yield* cleanUp(release(stream));
    throw failure;
  }
}

function checkRange({ headers, status }: HttpResponse, location: ObjectLocation, { range }: GetRequest): void {
  const isPart = status === 206;
  const isWanted = range
    ? isPart && (headers['content-range'] ?? '').startsWith(`bytes ${range.startBytes}-`)
    : !isPart;
  if (isWanted) return;
  throw new CloudError('malformed-response', 'the service sent another range than requested', subjectOf(location));
}
