/** Reads sizes, images, locations and regions into models. */
import { NodeImageState, type NodeLocation, readJson } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { TestImage, TestRegion, TestSize } from '../models.ts';
import { readState, wireExtra } from './document.ts';

const wireSize = z.object({
  id: z.string(),
  name: z.string(),
  ram_mb: z.number(),
  disk_gb: z.number(),
  bandwidth_mbps: z.nullish(z.number()),
  price_per_hour: z.nullish(z.number()),
  cpus: z.nullish(z.number()),
  extra: wireExtra,
});
const wireImage = z.object({ id: z.string(), name: z.string(), state: z.nullish(z.string()), extra: wireExtra });
const wireLocation = z.object({ id: z.string(), name: z.string(), country: z.string() });
const wireRegion = z.object({ id: z.string(), name: z.string(), country: z.string(), status: z.string() });
const wireSizes = z.array(wireSize);
const wireImages = z.array(wireImage);
const wireLocations = z.array(wireLocation);
const wireRegions = z.array(wireRegion);

/** A list of sizes. */
export function readSizes(body: Uint8Array): TestSize[] {
  return readJson(wireSizes, body).map((wire) => ({
    id: wire.id,
    name: wire.name,
    ramMb: wire.ram_mb,
    diskGb: wire.disk_gb,
    ...(typeof wire.bandwidth_mbps === 'number' && { bandwidthMbps: wire.bandwidth_mbps }),
    ...(typeof wire.price_per_hour === 'number' && { pricePerHour: wire.price_per_hour }),
    ...(typeof wire.cpus === 'number' && { cpus: wire.cpus }),
    extra: wire.extra,
  }));
}

/** A list of images. */
export function readImages(body: Uint8Array): TestImage[] {
  return readJson(wireImages, body).map(toImage);
}

/** One image. */
export function readImage(body: Uint8Array): TestImage {
  return toImage(readJson(wireImage, body));
}

/** A list of locations. */
export function readLocations(body: Uint8Array): NodeLocation[] {
  return readJson(wireLocations, body).map(({ id, name, country }) => ({ id, name, country }));
}

/** A list of regions. */
export function readRegions(body: Uint8Array): TestRegion[] {
  return readJson(wireRegions, body).map(({ id, name, country, status }) => ({
    id,
    name,
    country,
    status: status === 'up' || status === 'down' ? status : 'unknown',
  }));
}

function toImage(wire: z.infer<typeof wireImage>): TestImage {
  return {
    id: wire.id,
    name: wire.name,
    ...(typeof wire.state === 'string' && { state: readState(NodeImageState, wire.state) }),
    extra: wire.extra,
  };
}
