/**
 * Range and conditional reads.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-object-download
 */
import { refusal } from '../../errors.ts';
import type { ObjectRecord } from '../../store/records.ts';
import type { Exchange } from '../exchange.ts';
import { checkConditions, readConditions } from './headers.ts';

/** A part of an object; `end` is exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The requested range; `undefined` for the whole object, also when the header is malformed or names several ranges. */
export function requestedRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start >= size) {
    throw refusal('InvalidRange', { headers: { 'Content-Range': `bytes */${size}` } });
  }
  return { start, end };
}

/** Checks If-Match and the other conditional headers; throws 412, or 304 with the headers that a cache needs. */
export function checkReadConditions(exchange: Exchange, record: ObjectRecord): void {
  const { headers } = exchange;
  checkConditions(readConditions(exchange), record);
  const updated = Math.floor(record.updatedMs / 1000) * 1000;
  if (headers['if-match'] !== undefined) {
    if (!names(headers['if-match'], record.etag)) throw refusal('PreconditionFailed');
  } else if (updated > moment(headers['if-unmodified-since'], Number.POSITIVE_INFINITY)) {
    throw refusal('PreconditionFailed');
  }
  const unmodified =
    headers['if-none-match'] === undefined
      ? updated <= moment(headers['if-modified-since'], Number.NEGATIVE_INFINITY)
      : names(headers['if-none-match'], record.etag);
  if (unmodified) {
    const cache = { ETag: `"${record.etag}"`, 'Last-Modified': new Date(record.updatedMs).toUTCString() };
    throw refusal('NotModified', { headers: { ...cache, 'x-goog-generation': String(record.generation) } });
  }
}

/** Whether a list of ETags names this one. */
export function names(header: string, etag: string): boolean {
  return header.split(',').some((entry) => {
    const name = entry.trim();
    return name === '*' || name.replace(/^W\//, '').replace(/^"|"$/g, '') === etag;
  });
}

/** A date header; a malformed one is ignored, as the standard requires. */
export function moment(header: string | undefined, otherwise: number): number {
  const parsed = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(parsed) ? otherwise : parsed;
}
