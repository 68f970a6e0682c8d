import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFormDecoder, formBoundary } from './multipart-form.ts';

interface Seen {
  readonly fields: Record<string, string>;
  filename?: string;
  content: string;
}

async function decode(body: string | Buffer, cuts: readonly number[] = []): Promise<Seen> {
  const seen: Seen = { fields: {}, content: '' };
  const decoder = createFormDecoder('BOUND', {
    field: (name, value) => {
      seen.fields[name] = value;
    },
    file: (name) => {
      seen.filename = name;
    },
    data: (chunk) => {
      seen.content += chunk.toString('latin1');
    },
  });
  const bytes = Buffer.from(body);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    await decoder.take(bytes.subarray(start, end));
    start = end;
  }
  decoder.finish();
  return seen;
}

const part = (disposition: string, content: string, more = '') =>
  `--BOUND\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n${content}\r\n`;

test('fields, then the file; nothing after the file is read', async () => {
  const body = `${part('name="key"', 'été/{filename}')}${part('name=acl', 'private')}${part(
    'name="file"; filename="a \\"b\\" %22c.txt"',
    'line 1\r\n--BOUN\r\nline 2',
    'Content-Type: text/plain\r\n',
  )}${part('name="late"', 'ignored')}--BOUND--\r\n`;
  expect(await decode(body)).toEqual({
    fields: { key: 'été/{filename}', acl: 'private' },
    filename: 'a "b" "c.txt',
    content: 'line 1\r\n--BOUN\r\nline 2',
  });
});

test('any pieces give the same result', async () => {
  const content = fc.string({ unit: fc.constantFrom('\r', '\n', '-', 'B', 'BOUND', '--BOUND', 'x'), maxLength: 30 });
  const property = fc.asyncProperty(content, fc.array(fc.nat(), { maxLength: 20 }), async (text, cuts) => {
    fc.pre(!text.includes('\r\n--BOUND') && !`\r\n${text}`.includes('\r\n--BOUND'));
    const body = `${part('name="key"', 'k')}${part('name="file"; filename="f"', text)}--BOUND--`;
    expect(await decode(body, cuts)).toEqual({ fields: { key: 'k' }, filename: 'f', content: text });
  });
  await fc.assert(property, { numRuns: 300 });
});

test('an empty file, an empty field, a preamble', async () => {
  const body = `preamble\r\n${part('name="empty"', '')}${part('name="file"; filename=""', '')}--BOUND--`;
  expect(await decode(body)).toEqual({ fields: { empty: '' }, filename: '', content: '' });
});

test('malformed forms are refused', async () => {
  await expect(decode(part('name="file"; filename="f"', 'x'))).rejects.toThrow(
    expect.objectContaining({ code: 'IncompleteBody' }),
  );
  await expect(decode(part('filename="nameless"', 'x'))).rejects.toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  );
  await expect(decode(part('name="long"', 'x'.repeat(300_000)))).rejects.toThrow(
    expect.objectContaining({ code: 'MaxMessageLengthExceeded' }),
  );
});

test('the boundary', () => {
  expect(formBoundary('multipart/form-data; boundary=abc')).toBe('abc');
  expect(formBoundary('Multipart/Form-Data; charset=utf-8; boundary="a b"')).toBe('a b');
  expect(formBoundary('multipart/mixed; boundary=abc')).toBeUndefined();
  expect(formBoundary(undefined)).toBeUndefined();
});
