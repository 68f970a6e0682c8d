/**
 * The part of Google Storage's JSON API that its SDK needs for what is measured: metadata, media, listings, simple,
 * multipart and resumable uploads.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { isContent, sizeInName } from './content.ts';
import { jsonObject, jsonPage, sizeOfListed } from './listings.ts';
import { type Received, receive } from './received.ts';

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
  { sendContent, note }: Shared,
): Promise<void> {
  const send = (body: Buffer | string, status = 200, headers: Record<string, string> = {}): void => {
    const length = String(Buffer.byteLength(body));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers }).end(body);
  };
  const [, container = '', rawName] = /\/storage\/v1\/b\/([^/]+)(?:\/o(?:\/(.*))?)?$/.exec(path) ?? [];
  const name = decodeURIComponent(rawName ?? query.get('name') ?? '');
  if (!path.startsWith('/upload/')) {
    request.resume();
    if (name === '') return send(jsonPage(container, query));
    const sizeBytes = sizeInName(name) ?? sizeOfListed(container);
    if (sizeBytes === undefined) return send('{"error":{"code":404,"message":"Not Found"}}', 404);
    const isMedia = query.get('alt') === 'media' || path.startsWith('/download/');
    return isMedia
      ? sendContent(request, response, sizeBytes)
      : send(JSON.stringify(jsonObject(container, name, sizeBytes)));
  }
  const type = query.get('uploadType');
  if (type === 'resumable' && request.method === 'POST') {
    const declared = JSON.parse((await buffer(request)).toString() || '{}') as { name?: string };
    const wanted = encodeURIComponent(name || (declared.name ?? ''));
    const target = `/upload/storage/v1/b/${container}/o?uploadType=resumable&name=${wanted}&upload_id=1`;
    return send('', 200, { location: `http://${request.headers.host}${target}` });
  }
  const offset = Number(/bytes (\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? 0);
  const { sizeBytes, isRight } = await (type === 'multipart' ? receiveSecondPart(request) : receive(request, offset));
  const received = { sizeBytes: offset + sizeBytes, isRight };
  if (!note(`JSON upload ${name}`, received, sizeInName(name))) return send('{"error":{"code":400}}', 400);
  return send(JSON.stringify(jsonObject(container, name, received.sizeBytes)));
}

/** The media part of a multipart/related body; the first part is metadata. */
async function receiveSecondPart(request: IncomingMessage): Promise<Received> {
  const body = await buffer(request);
  const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
  const start = body.indexOf('\r\n\r\n', body.indexOf(`--${boundary}`, boundary.length)) + 4;
  const media = body.subarray(start, body.lastIndexOf(`\r\n--${boundary}`));
  return { sizeBytes: media.length, isRight: isContent(media, 0) };
}
