/**
 * The floor: bare undici that sends what Isobar sends, signed beforehand, and checks nothing. It fetches listings without
 * reading them, and pipes files without a checksum, a temporary name or a retry.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { HttpRequest, Operation } from '@isobar/core/provider';
import { defaultRetryPolicy } from '@isobar/core/provider';
import { googleStorage } from '@isobar/storage-google';
import { Agent, request } from 'undici';
import type { Client, Service } from './client.ts';

/** Opens the floor. */
export function connectUndici(service: Service): Client {
  const options = { key: service.key, secret: service.secret, endpoint: service.url, allowPlainHttp: false };
  const operations = googleStorage.operations(options, { retry: defaultRetryPolicy });
  const dispatcher = new Agent({ connections: service.connections, pipelining: 1 });
  const signed = new Map<string, HttpRequest>();
  const signedOnce = (id: string, operation: () => Operation<unknown>): HttpRequest => {
    let sent = signed.get(id);
    if (!sent) {
      sent = firstRequest(operation());
      signed.set(id, sent);
    }
    return sent;
  };
  const fetchBytes = async ({ origin, path, headers }: HttpRequest): Promise<Uint8Array> => {
    const { statusCode, body } = await request(origin + path, { dispatcher, headers });
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return new Uint8Array(await body.arrayBuffer());
  };
  return {
    get: (container, name) =>
      fetchBytes(signedOnce(`get ${container} ${name}`, () => operations.readObject({ container, name }))),
    async put(container, name, bytes) {
      const sent = signedOnce(`put ${container} ${name}`, () => operations.writeObject(bytes, container, name));
      const { statusCode, body } = await request(sent.origin + sent.path, {
        dispatcher,
        method: 'PUT',
        headers: sent.headers,
        body: bytes,
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    },
    async list(container) {
      const sent = signedOnce(`list ${container}`, () => operations.listContainerObjects(container));
      const listed: { count: number; last: string | undefined } = { count: 0, last: undefined };
      for (let marker: string | undefined = ''; marker !== undefined; ) {
        const path: string = marker === '' ? sent.path : `${sent.path}?marker=${marker}`;
        const bytes = await fetchBytes({ ...sent, path });
        listed.count += 1000;
        // The end of the page's head tells whether there is another: the one thing that is read.
        const head: string = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
        marker = /<NextMarker>([^<]+)</.exec(head)?.[1];
        if (marker === undefined) listed.last = lastKey(bytes);
      }
      return listed;
    },
    async listPage(container) {
      const sent = signedOnce(`list ${container}`, () => operations.listContainerObjects(container));
      return { count: 1000, last: lastKey(await fetchBytes(sent)) };
    },
    async upload(container, name, path) {
      const sent = signedOnce(`put ${container} ${name}`, () => operations.writeObject('', container, name));
      const length = String((await stat(path)).size);
      const { statusCode, body } = await request(sent.origin + sent.path, {
        dispatcher,
        method: 'PUT',
        headers: { ...sent.headers, 'content-length': length },
        body: createReadStream(path),
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    },
    async download(container, name, path) {
      const sent = signedOnce(`get ${container} ${name}`, () => operations.readObject({ container, name }));
      const { statusCode, body } = await request(sent.origin + sent.path, { dispatcher, headers: sent.headers });
      if (statusCode !== 200) throw new Error(`status ${statusCode}`);
      await pipeline(body, createWriteStream(path));
    },
    close: () => dispatcher.close(),
  };
}

function lastKey(page: Uint8Array): string | undefined {
  return /.*<Key>([^<]+)</s.exec(Buffer.from(page.subarray(-512)).toString('latin1'))?.[1];
}

/** The first request of an operation, signed and all. */
function firstRequest(operation: Operation<unknown>): HttpRequest {
  let next = operation.next();
  while (!next.done) {
    if (next.value.kind === 'exchange') return next.value.request;
    if (next.value.kind !== 'clock') throw new Error(`${next.value.kind} before the first exchange`);
    next = operation.next(Date.now());
  }
  throw new Error('the operation made no exchange');
}
