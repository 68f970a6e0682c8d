/**
 * As much of Google Storage's JSON API as its own SDK needs for what is measured: metadata, media, listings, simple,
 * multipart and resumable uploads.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { sizeInName } from './content.ts';
import { jsonObject, jsonPage, sizeOfListed } from './listings.ts';
import { compare, type Received, receive } from './received.ts';

/** What is the same in both APIs. */
export interface Shared {
  sendContent(request: IncomingMessage, response: ServerResponse, sizeBytes: number): Promise<void>;
  note(what: string, received: Received, expectedBytes: number | undefined): boolean;
}

/** Answers one request of the JSON API. */
export async function handleJson(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
  shared: Shared,
): Promise<void> {
  const [, container = '', rawName] = /\/storage\/v1\/b\/([^/]+)(?:\/o(?:\/(.*))?)?$/.exec(path) ?? [];
  const name = decodeURIComponent(rawName ?? query.get('name') ?? '');
  if (path.startsWith('/upload/')) return upload(request, response, container, name, query, shared);
  request.resume();
  if (name === '') return send(response, jsonPage(container, query));
  const sizeBytes = sizeInName(name) ?? sizeOfListed(container);
  if (sizeBytes === undefined) return send(response, '{"error":{"code":404,"message":"Not Found"}}', 404);
  if (query.get('alt') === 'media' || path.startsWith('/download/')) {
    return shared.sendContent(request, response, sizeBytes);
  }
  return send(response, JSON.stringify(jsonObject(container, name, sizeBytes)));
}

async function upload(
  request: IncomingMessage,
  response: ServerResponse,
  container: string,
  name: string,
  query: URLSearchParams,
  { note }: Shared,
): Promise<void> {
  const type = query.get('uploadType');
  if (type === 'resumable' && request.method === 'POST') {
    const declared = JSON.parse((await buffer(request)).toString() || '{}') as { name?: string };
    const wanted = encodeURIComponent(name || (declared.name ?? ''));
    const host = request.headers.host;
    const location = `http://${host}/upload/storage/v1/b/${container}/o?uploadType=resumable&name=${wanted}&upload_id=1`;
    return void response.writeHead(200, { location, 'content-length': 0 }).end();
  }
  const offset = Number(/bytes (\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? 0);
  const received = type === 'multipart' ? secondPart(await buffer(request), request) : await receive(request, offset);
  const whole = { ...received, sizeBytes: offset + received.sizeBytes, isRight: received.isRight };
  if (!note(`JSON upload ${name}`, whole, sizeInName(name))) return send(response, '{"error":{"code":400}}', 400);
  return send(response, JSON.stringify(jsonObject(container, name, whole.sizeBytes)));
}

/** The media part of a multipart/related body; the first part is metadata. */
function secondPart(body: Buffer, request: IncomingMessage): Received {
  const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
  const second = body.indexOf(`--${boundary}`, boundary.length);
  const start = body.indexOf('\r\n\r\n', second) + 4;
  return compare(body.subarray(start, body.lastIndexOf(`\r\n--${boundary}`)));
}

function send(response: ServerResponse, body: Buffer | string, status = 200): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
