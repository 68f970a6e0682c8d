/**
 * What parts of a small call cost: the same request, signed beforehand, through undici's bare `dispatch` and through Isobar's
 * connection. The rest of a call is the operation's: it signs, and verifies.
 */
import type { Async } from '@isobar/core';
import {
  argument,
  exchange,
  type HttpRequest,
  type HttpResponse,
  type MethodTable,
  method,
  methodsOn,
  type Operation,
} from '@isobar/core/provider';
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';
import type { Dispatcher } from 'undici';
import type { PartialClient, Service } from './client.ts';
import { dispatcherOf, signedRequests } from './undici.ts';

const onlySmallCalls = 'it is a part of small calls';

/** Sends signed requests. */
function clientOf(
  service: Service,
  send: (request: HttpRequest) => Promise<Uint8Array>,
  close: () => Promise<void>,
): PartialClient {
  const requests = signedRequests(service);
  return {
    get: (container, name) => send(requests.get(container, name)),
    put: (container, name, bytes) => send(requests.put(container, name, bytes)),
    list: onlySmallCalls,
    listPage: onlySmallCalls,
    upload: onlySmallCalls,
    download: onlySmallCalls,
    close,
  };
}

/** Bare `dispatch`, which collects the body. */
export function connectDispatch(service: Service): PartialClient {
  const agent = dispatcherOf(service);
  const send = ({ origin, path, method, headers, body }: HttpRequest): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status !== 200) reject(new Error(`status ${status}`));
        },
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
        onResponseError: (_controller, failure) => reject(failure),
      };
      agent.dispatch({ origin, path, method, headers, body: (body ?? null) as Uint8Array | null }, handler);
    });
  return clientOf(service, send, () => agent.close());
}

/** An operation without anything but the exchange. */
interface FixedOperations {
  send(request: HttpRequest, options?: object): Operation<HttpResponse>;
}

/** Isobar's connection. */
export function connectFixed(service: Service): PartialClient {
  const { authority, key, secret, url: endpoint } = service;
  const tls = authority === undefined ? undefined : { tls: { ca: authority } };
  const driver = connect(googleStorage, { key, secret, endpoint, ...tls, async: true });
  const operations: FixedOperations = { send: (request) => exchange(request) };
  const methods: MethodTable<FixedOperations> = { send: method('operation', [argument('request', () => {})], {}) };
  const fixed = methodsOn(driver, { id: 'fixed', operations, methods }) as Async<FixedOperations>;
  const send = async (request: HttpRequest): Promise<Uint8Array> => {
    const { body, status } = await fixed.send(request);
    if (status !== 200) throw new Error(`status ${status}`);
    return body;
  };
  return clientOf(service, send, () => driver.close());
}
