/**
 * What every region offers: sizes, the cloud's own images, and its locations.
 */

import { objectSchema, type Schema } from '../routing/schema.ts';
import type { Region } from './regions.ts';

/** A size of nodes, as in responses. */
export interface Size {
  readonly id: string;
  readonly name: string;
  readonly ram_mb: number;
  readonly disk_gb: number;
  readonly bandwidth_mbps: number;
  /** US dollars. */
  readonly price_per_hour: number;
  readonly cpus: number;
  readonly extra: Readonly<Record<string, unknown>>;
}

/** An image of the cloud itself. */
export interface BuiltInImage {
  readonly id: string;
  readonly name: string;
  readonly extra: Readonly<Record<string, string>>;
}

type SizeRow = readonly [id: string, name: string, cpus: number, ram: number, disk: number, net: number, price: number];

const sizeRows: readonly SizeRow[] = [
  ['test-size-1', 'Small', 1, 1024, 25, 500, 0.007],
  ['test-size-2', 'Medium', 2, 4096, 50, 1000, 0.03],
  ['test-size-3', 'Large', 4, 8192, 100, 2000, 0.06],
  ['test-size-4', 'Extra large', 8, 32_768, 400, 5000, 0.25],
  ['test-size-memory', 'Memory', 8, 131_072, 400, 5000, 0.67],
  ['test-size-gpu', 'Graphics', 16, 65_536, 1000, 10_000, 2.4],
];
/** Available only in the first location of a region. */
const RARE_SIZE = 'test-size-gpu';

const images: readonly BuiltInImage[] = [
  { id: 'test-image-1', name: 'Ubuntu 24.04', extra: { os: 'linux', arch: 'x86_64' } },
  { id: 'test-image-2', name: 'Debian 13', extra: { os: 'linux', arch: 'x86_64' } },
  { id: 'test-image-3', name: 'Fedora 43', extra: { os: 'linux', arch: 'x86_64' } },
  { id: 'test-image-4', name: 'FreeBSD 15', extra: { os: 'freebsd', arch: 'x86_64' } },
];

/** The sizes of a region, or of one of its locations. */
export function sizesOf(region: Region, location?: string): readonly Size[] {
  const isFirst = location === undefined || location === region.locations[0]?.id;
  return sizeRows
    .filter(([id]) => isFirst || id !== RARE_SIZE)
    .map(([id, name, cpus, ram_mb, disk_gb, bandwidth_mbps, price_per_hour]) => ({
      ...{ id, name, ram_mb, disk_gb, bandwidth_mbps, price_per_hour, cpus },
      extra: id === RARE_SIZE ? { gpus: 1 } : {},
    }));
}

/** The cloud's own images; they are the same everywhere. */
export function builtInImages(): readonly BuiltInImage[] {
  return images;
}

/** The schema of a size. */
export const sizeSchema: Schema = objectSchema({
  id: { type: 'string' },
  name: { type: 'string' },
  ram_mb: { type: 'integer', minimum: 1 },
  disk_gb: { type: 'integer', minimum: 1 },
  bandwidth_mbps: { type: 'integer', minimum: 1 },
  price_per_hour: { type: 'number', minimum: 0, description: 'US dollars' },
  cpus: { type: 'integer', minimum: 1 },
  extra: { type: 'object' },
});

/** The schema of a location. */
export const locationSchema: Schema = objectSchema({
  id: { type: 'string' },
  name: { type: 'string' },
  country: { type: 'string', pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 code' },
});
