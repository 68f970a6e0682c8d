/** Storage arguments: names given as strings or models, and ranges. */
import { describe, expect, test } from 'vitest';
import { isCloudError } from '../errors.ts';
import { bytesOf, checkRange, containerNameOf, locationOf, objectsOf } from './arguments.ts';
import type { ContainerReference, ObjectReference } from './models.ts';

/** The field that a check refuses. */
function refusedField(check: () => unknown): string | undefined {
  try {
    check();
  } catch (failure) {
    if (isCloudError(failure, 'invalid-argument')) return failure.details.field;
    throw failure;
  }
  return undefined;
}

describe('containerNameOf', () => {
  test('takes a name', () => expect(containerNameOf('box')).toBe('box'));
  test('takes a model', () => expect(containerNameOf({ name: 'box' })).toBe('box'));
  test.each([
    ['nothing', ''],
    ['null', null],
    ['undefined', undefined],
    ['a number', 7],
    ['a nameless object', {}],
    ['an object in a container', { container: 'box', name: 'a' }],
  ])('refuses %s', (_, value) =>
    expect(refusedField(() => containerNameOf(value as ContainerReference))).toBe('container'),
  );
});

describe('locationOf', () => {
  test('takes a container by name', () => {
    expect(locationOf({ container: 'box', name: 'a' })).toEqual({ container: 'box', name: 'a' });
  });
  test('takes a container as a model', () => {
    expect(locationOf({ container: { name: 'box' }, name: 'a' })).toEqual({ container: 'box', name: 'a' });
  });
  test('keeps nothing else of a model', () => {
    const model = { container: 'box', name: 'a', sizeBytes: 1 };
    expect(locationOf(model)).toEqual({ container: 'box', name: 'a' });
  });
  test.each([
    ['a string', 'a'],
    ['null', null],
    ['undefined', undefined],
  ])('refuses %s as an object', (_, value) => {
    expect(refusedField(() => locationOf(value as unknown as ObjectReference))).toBe('object');
  });
  test('refuses an object without a container', () => {
    expect(refusedField(() => locationOf({ name: 'a' } as unknown as ObjectReference))).toBe('object.container');
  });
  test('says how two names become one argument', () => {
    const message = '`object` must be an object or { container, name }, not "box"; pass { container: "box", name }';
    expect(() => locationOf('box' as unknown as ObjectReference)).toThrow(expect.objectContaining({ message }));
  });
});

describe('checkRange', () => {
  test('takes both ends', () => expect(checkRange(0, 1)).toEqual({ startBytes: 0, endBytes: 1 }));
  test('leaves an open end out', () => expect(checkRange(5, undefined)).toEqual({ startBytes: 5 }));
  test('takes the largest whole number', () => {
    expect(checkRange(0, Number.MAX_SAFE_INTEGER).endBytes).toBe(Number.MAX_SAFE_INTEGER);
  });
  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '0', null])('refuses the start %s', (start) => {
    expect(refusedField(() => checkRange(start as number, undefined))).toBe('startBytes');
  });
  test.each([
    ['an end at the start, which is empty', 5],
    ['an end before the start', 4],
    ['an end that is not whole', 5.5],
    ['an end that is no number', Number.NaN],
    ['an end that is null', null],
  ])('refuses %s', (_, end) => expect(refusedField(() => checkRange(5, end as number))).toBe('endBytes'));
});

describe('bytesOf', () => {
  test('takes bytes as they are', () => {
    const bytes = Uint8Array.of(1);
    expect(bytesOf(bytes)).toBe(bytes);
  });
  test('takes a string as UTF-8', () => expect(bytesOf('é')).toEqual(Uint8Array.of(0xc3, 0xa9)));
  test.each<[unknown, string]>([
    [new ArrayBuffer(1), 'an ArrayBuffer; pass new Uint8Array(buffer)'],
    [new SharedArrayBuffer(1), 'a SharedArrayBuffer; pass a copy: new Uint8Array(buffer).slice()'],
    [
      new DataView(new ArrayBuffer(1)),
      'a DataView; pass new Uint8Array(view.buffer, view.byteOffset, view.byteLength)',
    ],
    [new BigInt64Array(1), 'a BigInt64Array; pass new Uint8Array(view.buffer, view.byteOffset, view.byteLength)'],
    [new Blob([]), 'a Blob; pass new Uint8Array(await blob.arrayBuffer())'],
    [new ReadableStream(), 'a ReadableStream; for what comes piece by piece use uploadObjectViaStream'],
    [Promise.resolve(''), 'a Promise; await it first'],
    [new Date(0), 'a Date'],
    [{}, 'an object'],
    [7, '7'],
  ])('refuses %o, with what to pass instead', (value, shown) => {
    const message = `\`data\` must be a Uint8Array or a string, not ${shown}`;
    expect(() => bytesOf(value as string)).toThrow(expect.objectContaining({ message, details: { field: 'data' } }));
  });
});

describe('objectsOf', () => {
  test.each([[[]], [new Set()], [[].values()]])('takes %o', (objects) => expect(objectsOf(objects)).toBe(objects));
  test.each(['box', 7, null, undefined, {}])('refuses %o', (objects) => {
    expect(refusedField(() => objectsOf(objects as []))).toBe('objects');
  });
});
