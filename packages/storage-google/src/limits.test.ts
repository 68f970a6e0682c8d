/** Sizes of parts: small for short streams, and large enough for the largest object. */
import { filePartBytes, type PartPlan, partBytes } from '@isobar/core/provider';
import { expect, test } from 'vitest';
import { firstPartBytes, maxParts } from './limits.ts';
import { plan } from './service.ts';

const parts = plan.parts as PartPlan;

const mebibyte = 1024 * 1024;

test.each([
  [1, 8],
  [1000, 8],
  [1001, 16],
  [2000, 16],
  [2001, 32],
  [10_000, 4096],
])('part %i has %i MiB', (part, size) => expect(partBytes(parts, part)).toBe(size * mebibyte));

test('all parts hold the largest object, 5 TiB', () => {
  let total = 0;
  for (let part = 1; part <= maxParts; part += 1) total += partBytes(parts, part);
  expect(total).toBeGreaterThanOrEqual(5 * 1024 ** 4);
});

test('no part is smaller than 5 MiB, the service’s minimum', () => {
  expect(firstPartBytes).toBeGreaterThanOrEqual(5 * mebibyte);
});

test('no part is larger than 5 GiB, the service’s maximum', () => {
  expect(partBytes(parts, maxParts)).toBeLessThanOrEqual(5 * 1024 ** 3);
});

test.each([
  [0, 32 * mebibyte],
  [320_000 * mebibyte, 32 * mebibyte],
  [320_000 * mebibyte + 1, 32 * mebibyte + 1],
])('a file of %i bytes has parts of %i', (size, part) => expect(filePartBytes(parts, size)).toBe(part));

test('the parts of the largest file are not too many', () => {
  const largest = 5 * 1024 ** 4;
  expect(Math.ceil(largest / filePartBytes(parts, largest))).toBeLessThanOrEqual(maxParts);
});
