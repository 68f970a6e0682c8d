/** The memory provider with what it does not have, for the kit's own tests: a secret, storage classes and signed URLs. */
import { createHmac } from 'node:crypto';
import type { UrlAnswer, UrlRequest } from '@isobar/conformance';
import {
  type Blocking,
  CloudError,
  isCloudError,
  type ObjectReference,
  type PresignOptions,
  type StorageOperations,
} from '@isobar/core';
import {
  defineProvider,
  invalidArgument,
  locationOf,
  type Operation,
  type ProviderDefinition,
  storageMethods,
} from '@isobar/core/provider';
import { type MemoryStorageOperations, type MemoryStorageOptions, memoryStorage } from '@isobar/storage-memory';
import { givesSequence } from './sequences.ts';

/** The secret that the service accepts. */
const rightSecret = 'a-secret';
const origin = 'https://memory.example';

interface SigningOptions extends MemoryStorageOptions {
  /** Default: {@link rightSecret}. */
  readonly secret?: string;
}

/** The provider. */
export const signingMemory: ProviderDefinition<SigningOptions, SigningOptions, MemoryStorageOperations> =
  defineProvider({
    ...memoryStorage,
    methods: storageMethods,
    capabilities: { ...memoryStorage.capabilities, storageClasses: true, presignedUrls: true },
    options: {
      shape: { ...memoryStorage.options.shape, secret: {} },
      safeParse(input) {
        const { secret = rightSecret, ...others } = input as SigningOptions;
        const checked = memoryStorage.options.safeParse(others);
        return checked.success ? { success: true, data: { ...(checked.data as SigningOptions), secret } } : checked;
      },
    },
    operations({ secret = rightSecret, ...options }, context) {
      const memory = memoryStorage.operations(options, context);
      const signing: MemoryStorageOperations = {
        ...memory,
        *writeObject(data, container, name, { storageClass, ...others } = {}) {
          checkStorageClass(storageClass);
          return yield* memory.writeObject(data, container, name, others);
        },
        *uploadObject(path, container, name, { storageClass, ...others } = {}) {
          checkStorageClass(storageClass);
          return yield* memory.uploadObject(path, container, name, others);
        },
        // biome-ignore lint/correctness/useYield: a URL is made without a step
        *presignObjectUrl(object, options) {
          return presign(object, options, secret);
        },
      };
      return secret === rightSecret ? signing : { ...signing, ...refusals(memory) };
    },
  });

function checkStorageClass(storageClass: unknown = 'HOT'): void {
  if (storageClass !== 'HOT' && storageClass !== 'COLD') throw invalidArgument('storageClass', 'must be HOT or COLD');
}

/** The methods that the service refuses for a wrong secret. A URL is signed with any secret, and refused when it is used. */
function refusals(operations: object): object {
  const names = Object.keys(operations).filter((name) => !givesSequence(name) && name !== 'presignObjectUrl');
  // biome-ignore lint/correctness/useYield: it only fails
  function* refuse(): Operation<never> {
    throw new CloudError('unauthenticated', 'wrong secret');
  }
  return Object.fromEntries(names.map((name) => [name, refuse]));
}

function presign(object: ObjectReference, options: PresignOptions = {}, secret: string): string {
  const { container, name } = locationOf(object);
  const { expiresInSeconds: seconds = 3600, method = 'GET' } = options;
  if (!/^[a-z0-9-]+$/.test(String(container))) throw invalidArgument('object.container', 'is no name');
  if (typeof name !== 'string' || name === '' || !name.isWellFormed()) {
    throw invalidArgument('object.name', 'is no name');
  }
  if (!['GET', 'HEAD', 'PUT', 'DELETE'].includes(method)) throw invalidArgument('method', 'is unknown');
  if (!(Number.isInteger(seconds) && seconds >= 1 && seconds <= 604_800)) {
    throw invalidArgument('expiresInSeconds', 'must be a whole number from 1 to 604800');
  }
  const query = new URLSearchParams({ method, expires: String(seconds), date: String(Date.now()) });
  for (const field of ['contentType', 'responseContentType', 'responseContentDisposition'] as const) {
    const value: unknown = options[field];
    if (value === undefined) continue;
    if (typeof value !== 'string' || /[\r\n\0]/.test(value)) throw invalidArgument(field, 'is no header');
    query.set(field, value);
  }
  const place = `/${container}/${encodeURIComponent(name)}?${query}`;
  return `${origin}${place}&signature=${sign(place, secret)}`;
}

function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

const noBytes: Uint8Array = new Uint8Array(0);
const answerOf = (status: number, body = noBytes, headers = {}): UrlAnswer => ({ status, headers, body });

/** Answers a request for a signed URL, as the service would. */
export function answerUrl(driver: Blocking<StorageOperations>, request: UrlRequest): UrlAnswer {
  const { method, url, headers = {}, body = noBytes } = request;
  const [, place = '', signature] = /^https:\/\/memory\.example(.*)&signature=([^&]*)$/.exec(url) ?? [];
  const [, container = '', encoded = '', text = ''] = /^\/([^/]*)\/([^?]*)\?(.*)$/.exec(place) ?? [];
  const query = new URLSearchParams(text);
  const isOver = Date.now() > Number(query.get('date')) + 1000 * Number(query.get('expires'));
  if (signature !== sign(place, rightSecret) || isOver || method !== query.get('method')) return answerOf(403);
  const wanted = query.get('contentType');
  if (wanted !== null && headers['content-type'] !== wanted) return answerOf(403);
  const object = { container, name: decodeURIComponent(encoded) };
  try {
    if (method === 'PUT') {
      driver.writeObject(body, container, object.name, wanted === null ? {} : { contentType: wanted });
      return answerOf(200);
    }
    if (method === 'DELETE') {
      driver.deleteObject(object);
      return answerOf(204);
    }
    const { contentType = '', sizeBytes } = driver.getObject(container, object.name);
    const disposition = query.get('responseContentDisposition');
    const overrides = {
      'content-type': query.get('responseContentType') ?? contentType,
      'content-length': String(sizeBytes),
      ...(disposition !== null && { 'content-disposition': disposition }),
    };
    return answerOf(200, method === 'HEAD' ? noBytes : driver.readObject(object), overrides);
  } catch (failure) {
    if (isCloudError(failure, 'not-found')) return answerOf(404);
    throw failure;
  }
}
