/**
 * Reads `multipart/form-data` as a stream: collects the fields and passes on the file in pieces without buffering it.
 * Written here because the libraries for it need Node's `require`, and because a form has only one file, which comes
 * last.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
import { refusal } from '../../errors.ts';

/** Receives the parts of a form in order. */
export interface FormReader {
  field(name: string, value: string): void;
  /** The field `file` begins; nothing after it is read. */
  file(filename: string): void;
  data(chunk: Buffer): void | Promise<void>;
}

/** Decodes the body in pieces. */
export interface FormDecoder {
  take(bytes: Buffer): Promise<void>;
  /** Throws when the body ended inside the form. */
  finish(): void;
}

/** Limits for all fields together, and for the head of one part. Amazon's are 20,000 bytes; policies can be long. */
const MAX_FIELDS_BYTES = 256 * 1024;
const MAX_HEAD_BYTES = 16 * 1024;
const CRLF = '\r\n';

/** The boundary that a Content-Type names, if it is a form's. */
export function formBoundary(contentType: string | undefined): string | undefined {
  if (!/^multipart\/form-data\s*;/i.test(contentType ?? '')) return undefined;
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType ?? '') ?? [];
  return quoted ?? bare;
}

/** Builds a decoder. */
export function createFormDecoder(boundary: string, reader: FormReader): FormDecoder {
  const delimiter = Buffer.from(`${CRLF}--${boundary}`, 'latin1');
  // The first delimiter need not follow a line break, so one is added.
  let rest: Buffer = Buffer.from(CRLF);
  let state: 'before' | 'delimiter' | 'head' | 'field' | 'file' | 'after' = 'before';
  let name = '';
  let value: Buffer[] = [];
  let gathered = 0;

  const gather = (bytes: Buffer) => {
    gathered += bytes.length;
    if (gathered > MAX_FIELDS_BYTES) throw refusal('MaxMessageLengthExceeded', 'The fields of the form are too large.');
    value.push(bytes);
  };
  const consume = async (bytes: Buffer) => {
    if (bytes.length === 0) return;
    if (state === 'field') gather(bytes);
    else if (state === 'file') await reader.data(bytes);
  };
  /** Reads up to the next delimiter. Keeps the bytes that may be its beginning. */
  const takeContent = async (): Promise<boolean> => {
    const end = rest.indexOf(delimiter);
    const known = end < 0 ? Math.max(rest.length - delimiter.length + 1, 0) : end;
    const content = rest.subarray(0, known);
    rest = rest.subarray(end < 0 ? known : known + delimiter.length);
    await consume(content);
    if (end < 0) return false;
    if (state === 'field') reader.field(name, Buffer.concat(value).toString());
    state = state === 'file' ? 'after' : 'delimiter';
    return true;
  };
  const takeDelimiter = (): boolean => {
    if (rest.length < 2) return false;
    if (rest.toString('latin1', 0, 2) === '--') {
      state = 'after';
      return true;
    }
    const end = rest.indexOf(CRLF);
    if (end < 0 && rest.length < MAX_HEAD_BYTES) return false;
    if (end < 0 || rest.toString('latin1', 0, end).trim() !== '') throw malformed();
    // Keeps the line break: a part without headers has an empty line here.
    rest = rest.subarray(end);
    state = 'head';
    return true;
  };
  const takeHead = (): boolean => {
    const end = rest.indexOf(CRLF + CRLF);
    if (end < 0) {
      if (rest.length > MAX_HEAD_BYTES) throw malformed();
      return false;
    }
    const disposition = /(?:^|\r\n)content-disposition:([^\r\n]*)/i.exec(rest.toString('utf8', 0, end))?.[1] ?? '';
    rest = rest.subarray(end + 4);
    name = parameter(disposition, 'name') ?? '';
    if (name === '') throw malformed();
    value = [];
    state = name.toLowerCase() === 'file' ? 'file' : 'field';
    if (state === 'file') reader.file(parameter(disposition, 'filename') ?? '');
    return true;
  };
  return {
    async take(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      for (let moved = true; moved && rest.length > 0; ) {
        if (state === 'after') {
          rest = Buffer.alloc(0);
          return;
        }
        if (state === 'delimiter') moved = takeDelimiter();
        else if (state === 'head') moved = takeHead();
        else moved = await takeContent();
      }
    },
    finish() {
      if (state !== 'after') throw refusal('IncompleteBody', 'The form has no end.');
    },
  };
}

/** A parameter of Content-Disposition. Browsers write a quote as `%22`, other clients as `\"`. */
function parameter(disposition: string, name: string): string | undefined {
  const [, quoted, bare] =
    new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(disposition) ?? [];
  return quoted?.replace(/\\(["\\])/g, '$1').replaceAll('%22', '"') ?? bare;
}

function malformed() {
  return refusal('InvalidArgument', 'The form is malformed.');
}
