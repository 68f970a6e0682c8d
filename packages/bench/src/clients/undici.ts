/**
 * The floor: bare undici that sends what Isobar sends, signed beforehand, and checks nothing. It fetches listings without
 * reading them, and pipes files without a checksum, a temporary name or a retry.
 */
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { defaultRetryPolicy, type HttpRequest, type Operation } from '@isobar/core/provider';
import { googleStorage } from '@isobar/storage-google';
import { Agent, type Dispatcher, request } from 'undici';
import type { Client, Service } from './client.ts';

type Extra = Partial<Pick<Dispatcher.RequestOptions, 'method' | 'body'>>;

/** Opens the floor. */
export function connectUndici({ authority, url, key, secret, connections }: Service): Client {
  const requests = signedRequests({ key, secret, url });
  const dispatcher = dispatcherOf({ authority, connections });
  const send = async (
    { origin, path, headers }: HttpRequest,
    extra: Extra = {},
  ): Promise<Dispatcher.ResponseData['body']> => {
    const { statusCode, body } = await request(origin + path, { dispatcher, headers, ...extra });
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return body;
  };
  const fetchBytes = async (sent: HttpRequest): Promise<Uint8Array> =>
    new Uint8Array(await (await send(sent)).arrayBuffer());
  return {
    get: (container, name) => fetchBytes(requests.get(container, name)),
    async put(container, name, body) {
      const sent = requests.put(container, name, body);
      await (await send(sent, { method: 'PUT', body })).dump();
    },
    async list(container) {
      const sent = requests.list(container);
      const listed: { count: number; last: string | undefined } = { count: 0, last: undefined };
      for (let marker: string | undefined = ''; marker !== undefined; ) {
        const bytes = await fetchBytes({ ...sent, path: marker === '' ? sent.path : `${sent.path}?marker=${marker}` });
        listed.count += 1000;
        // The page's head names the marker of the next page: the only thing that is read.
        const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
        marker = /<NextMarker>([^<]+)</.exec(head)?.[1];
        if (marker === undefined) listed.last = lastKey(bytes);
      }
      return listed;
    },
    listPage: async (container) => ({ count: 1000, last: lastKey(await fetchBytes(requests.list(container))) }),
    async upload(container, name, path) {
      const sent = requests.put(container, name, '');
      const headers = { ...sent.headers, 'content-length': String((await stat(path)).size) };
      await (await send({ ...sent, headers }, { method: 'PUT', body: createReadStream(path) })).dump();
    },
    download: async (container, name, path) =>
      pipeline(await send(requests.get(container, name)), createWriteStream(path)),
    async stream(container, name) {
      let sizeBytes = 0;
      for await (const chunk of await send(requests.get(container, name))) sizeBytes += (chunk as Buffer).length;
      return sizeBytes;
    },
    close: () => dispatcher.close(),
  };
}

function lastKey(page: Uint8Array): string | undefined {
  return /.*<Key>([^<]+)</s.exec(Buffer.from(page.subarray(-512)).toString('latin1'))?.[1];
}

/** Requests that are signed when they are first asked for. */
export interface SignedRequests {
  get(container: string, name: string): HttpRequest;
  put(container: string, name: string, body: Uint8Array | string): HttpRequest;
  list(container: string): HttpRequest;
}

/** The requests that Isobar sends to a service, signed once. */
export function signedRequests({ key, secret, url }: Pick<Service, 'key' | 'secret' | 'url'>): SignedRequests {
  const options = { key, secret, endpoint: url, allowPlainHttp: false };
  const operations = googleStorage.operations(options, { retry: defaultRetryPolicy });
  const signed = new Map<string, HttpRequest>();
  const signedOnce = (id: string, operation: () => Operation<unknown>): HttpRequest => {
    let sent = signed.get(id);
    if (!sent) {
      sent = firstRequest(operation());
      signed.set(id, sent);
    }
    return sent;
  };
  return {
    get: (container, name) => signedOnce(`get ${container} ${name}`, () => operations.readObject({ container, name })),
    put: (container, name, body) =>
      signedOnce(`put ${container} ${name}`, () => operations.writeObject(body, container, name)),
    list: (container) => signedOnce(`list ${container}`, () => operations.listContainerObjects(container)),
  };
}

/** An agent with as many connections as calls in flight. */
export function dispatcherOf({ authority, connections }: Pick<Service, 'authority' | 'connections'>): Agent {
  const connect = authority === undefined ? undefined : { ca: readFileSync(authority) };
  return new Agent({ connections, pipelining: 1, ...(connect && { connect }) });
}

/** The first request of an operation, signed. */
function firstRequest(operation: Operation<unknown>): HttpRequest {
  let next = operation.next();
  while (!next.done) {
    if (next.value.kind === 'exchange') return next.value.request;
    if (next.value.kind !== 'clock') throw new Error(`${next.value.kind} before the first exchange`);
    next = operation.next(Date.now());
  }
  throw new Error('the operation made no exchange');
}
