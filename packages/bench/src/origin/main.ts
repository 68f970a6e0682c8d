/**
 * The origin: a minimal server that answers as the storage service does, from recorded answers, with as little work as
 * possible, so that the client is measured. It verifies no signature (the emulator does, see the measurement `accepted`),
 * but compares each byte that arrives. A process of its own; ends with its standard input. `node main.ts DELAY_MS [FOLDER_OF_CERTIFICATES]`
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { blockBytes, contentAt, crc32Of, sizeInName } from './content.ts';
import { handleJson } from './json-api.ts';
import { etagOf, hashHeader, lengthInName, objectHeaders, sizeOfListed, xmlPage } from './listings.ts';
import { type Received, receive } from './received.ts';

const delayMs = Number(process.argv[2] ?? 0);
const stats = { requests: 0, rightUploads: 0, wrong: [] as string[] };
const uploads = new Map<string, Map<number, number>>();
const readyHeaders = new Map<number, string[]>();

const certificates = process.argv[3] ?? '';
const options = { keepAliveTimeout: 600_000, noDelay: true, requestTimeout: 0 };
const server =
  certificates === ''
    ? createServer(options, take)
    : createTlsServer(
        {
          ...options,
          cert: readFileSync(`${certificates}/good.pem`),
          key: readFileSync(`${certificates}/test-only-server.key`),
        },
        take,
      );
server.maxHeadersCount = 0;
server.listen(0, '127.0.0.1', () => {
  console.log(
    JSON.stringify({
      url: `${certificates === '' ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    }),
  );
});
process.stdin.on('end', () => process.exit()).resume();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit());

function take(request: IncomingMessage, response: ServerResponse): void {
  const isAboutStats = request.url === '/_origin/stats';
  if (!isAboutStats) stats.requests += 1;
  if (isAboutStats) sendStats(response);
  else if (delayMs > 0) setTimeout(answer, delayMs, request, response);
  else answer(request, response);
}

function sendStats(response: ServerResponse): void {
  const { user, system } = process.cpuUsage();
  response.end(JSON.stringify({ ...stats, cpuMs: (user + system) / 1000, upMs: performance.now() }));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  serve(request, response).catch((failure: unknown) => {
    stats.wrong.push(`${request.method} ${request.url}: ${String(failure)}`);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark));
  if (/^\/(?:upload\/|download\/)?storage\/v1\//.test(path)) {
    return handleJson(request, response, path, query, { sendContent, note });
  }
  const slash = path.indexOf('/', 1);
  const container = slash < 0 ? path.slice(1) : path.slice(1, slash);
  const name = slash < 0 ? '' : decodeURIComponent(path.slice(slash + 1));
  if (name === '') return void bucket(request, response, container, query);
  if (request.method === 'PUT') return put(request, response, name, query);
  if (request.method === 'POST') return void post(request, response, container, name, query);
  if (request.method === 'DELETE') return void response.writeHead(204).end();
  const sizeBytes = sizeInName(name) ?? sizeOfListed(container);
  if (sizeBytes === undefined) return void response.writeHead(404, { 'content-type': 'application/xml' }).end();
  return sendContent(request, response, sizeBytes);
}

/** Records an upload, and returns whether it was right. */
function note(what: string, received: Received, expectedBytes: number | undefined): boolean {
  const isRight = received.isRight && (expectedBytes === undefined || received.sizeBytes === expectedBytes);
  if (isRight) stats.rightUploads += 1;
  else stats.wrong.push(`${what}: ${received.sizeBytes} bytes, ${received.isRight ? 'right' : 'wrong'} content`);
  return isRight;
}

function sendXml(response: ServerResponse, body: string, headers: readonly string[] = []): void {
  const xml = `<?xml version='1.0' encoding='UTF-8'?>${body}`;
  response
    .writeHead(200, ['content-type', 'application/xml', 'content-length', String(xml.length), ...headers])
    .end(xml);
}

function bucket(request: IncomingMessage, response: ServerResponse, container: string, query: URLSearchParams): void {
  request.resume();
  if (container === '') {
    const bucketXml = '<Bucket><Name>bench</Name><CreationDate>2026-11-23T00:44:07.696Z</CreationDate></Bucket>';
    const owner = '<Owner><ID>bench</ID></Owner>';
    return void sendXml(
      response,
      `<ListAllMyBucketsResult>${owner}<Buckets>${bucketXml}</Buckets></ListAllMyBucketsResult>`,
    );
  }
  if (query.has('location')) return void sendXml(response, '<LocationConstraint>US</LocationConstraint>');
  // Some clients look for unfinished uploads first: there are none.
  const none = '<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>';
  if (query.has('uploads')) return void sendXml(response, none);
  if (request.method !== 'GET') return void response.writeHead(200, ['content-length', '0']).end();
  if (lengthInName(container) === undefined) return void response.writeHead(404).end();
  const page = xmlPage(container, query);
  const headers = ['content-type', 'application/xml; charset=UTF-8', 'content-length', String(page.length)];
  response.writeHead(200, headers).end(page);
}

async function put(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  query: URLSearchParams,
): Promise<void> {
  const received = await receive(request);
  const part = query.get('partNumber');
  const expected = part === null ? sizeInName(name) : undefined;
  if (!note(`PUT ${name}`, received, expected)) return void response.writeHead(400).end();
  if (part !== null) uploads.get(query.get('uploadId') ?? '')?.set(Number(part), received.sizeBytes);
  response.writeHead(200, [...headersOf(received.sizeBytes), 'content-length', '0']).end();
}

function post(
  request: IncomingMessage,
  response: ServerResponse,
  container: string,
  name: string,
  query: URLSearchParams,
): void {
  request.resume();
  const place = `<Bucket>${container}</Bucket><Key>${name}</Key>`;
  if (query.has('uploads')) {
    const id = `upload-${uploads.size}`;
    uploads.set(id, new Map());
    const body = `${place}<UploadId>${id}</UploadId>`;
    return void sendXml(response, `<InitiateMultipartUploadResult>${body}</InitiateMultipartUploadResult>`);
  }
  const parts = uploads.get(query.get('uploadId') ?? '') ?? new Map<number, number>();
  const sizeBytes = [...parts.values()].reduce((total, size) => total + size, 0);
  const isRight = note(`complete ${name}`, { sizeBytes, isRight: true }, sizeInName(name));
  if (!isRight) return void response.writeHead(400).end();
  const location = `<Location>http://127.0.0.1/${container}/${name}</Location>`;
  const checksum = `<ChecksumCRC32>${crc32Of(sizeBytes)}</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType>`;
  const body = `${location}${place}<ETag>${etagOf(sizeBytes)}</ETag>${checksum}`;
  const headers = ['x-goog-hash', hashHeader(sizeBytes), 'x-goog-generation', '1'];
  sendXml(response, `<CompleteMultipartUploadResult>${body}</CompleteMultipartUploadResult>`, headers);
}

function headersOf(sizeBytes: number): string[] {
  let headers = readyHeaders.get(sizeBytes);
  if (!headers) {
    headers = objectHeaders(sizeBytes);
    readyHeaders.set(sizeBytes, headers);
  }
  return headers;
}

/** Sends an object or a range of it, as fast as it is taken. */
async function sendContent(request: IncomingMessage, response: ServerResponse, sizeBytes: number): Promise<void> {
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(request.headers.range ?? ''));
  const start = range ? Number(range[1]) : 0;
  const end = range?.[2] ? Math.min(Number(range[2]) + 1, sizeBytes) : sizeBytes;
  const headers = [...headersOf(sizeBytes), 'content-length', String(end - start)];
  if (request.headers['x-amz-checksum-mode']) {
    headers.push('x-amz-checksum-crc32', crc32Of(sizeBytes), 'x-amz-checksum-type', 'FULL_OBJECT');
  }
  if (range) headers.push('content-range', `bytes ${start}-${end - 1}/${sizeBytes}`);
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === 'HEAD') return void response.end();
  if (end - start <= blockBytes) return void response.end(contentAt(start, end - start));
  for (let at = start; at < end && !response.destroyed; at += blockBytes) {
    if (response.write(contentAt(at, end - at))) continue;
    await new Promise<void>((resolve) => {
      const resume = (): void => {
        response.off('drain', resume).off('close', resume);
        resolve();
      };
      response.on('drain', resume).on('close', resume);
    });
  }
  response.end();
}
