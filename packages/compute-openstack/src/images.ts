/** Operations on images: Glance's, and those that Nova makes of servers. */
import {
  CloudError,
  type CreateImageOptions,
  dateOf,
  drain,
  idOf,
  type Node,
  type NodeImage,
  NodeImageState,
  type NodeLocation,
  type Operation,
  readJson,
  textOf,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { checkLocation } from './catalogue.ts';
import type { OpenStackImage } from './models.ts';
import { act } from './nodes.ts';
import { createOnce, markName } from './once.ts';
import { deleteResource, getJson, listPages, pathOf, type Scope } from './requests.ts';
import { imageState } from './states.ts';
import { fieldOf } from './wire.ts';

/** Properties of images stand beside their fields. */
const wireImage = z.record(z.string(), z.unknown());
const wireImages = z.object({ images: z.array(wireImage) });
const wireCreated = z.object({ image_id: z.string() });

/** Fields of Glance; all others are properties. */
const fields = new Set(
  `id name status visibility owner size virtual_size disk_format container_format min_disk min_ram checksum os_hash_algo
  os_hash_value created_at updated_at tags protected os_hidden self file schema direct_url locations stores`.split(
    /\s+/,
  ),
);

/** Public images and those of the project. One exchange a page, one more for a location. */
export function* listImages(scope: Scope, location: NodeLocation | string | undefined): Operation<OpenStackImage[]> {
  yield* checkLocation(scope, location);
  return yield* imagesWith(scope, {});
}

function* imagesWith(scope: Scope, query: Readonly<Record<string, string>>): Operation<OpenStackImage[]> {
  const request = { service: 'image', path: '/images', query } as const;
  return yield* drain(listPages(scope, request, wireImages, ({ images }) => images.map(toImage)));
}

/** Gets one image. One exchange. */
export function* getImage(scope: Scope, imageId: string): Operation<OpenStackImage> {
  const { id: image, part } = pathOf(imageId, 'imageId');
  const request = { service: 'image', path: `/images/${part}`, subject: { image } } as const;
  return toImage(yield* getJson(scope, wireImage, request));
}

/** Deletes an image. One exchange. */
export function* deleteImage(scope: Scope, given: NodeImage | string): Operation<void> {
  const { id: image, part } = pathOf(given, 'image');
  yield* deleteResource(scope, { service: 'image', path: `/images/${part}`, subject: { image } });
}

/** Creates an image of a node. One exchange. */
export function* createImage(
  scope: Scope,
  node: Node | string,
  name: string,
  options: CreateImageOptions = {},
): Operation<OpenStackImage> {
  const { description } = options;
  return yield* createOnce<OpenStackImage>(scope, options, (mark) => ({
    isWanted: (image) => image.name === name,
    look: () => imagesWith(scope, { [markName]: mark }),
    *create() {
      const metadata = { [markName]: mark, ...(description !== undefined && { description }) };
      const body = yield* act(
        scope,
        node,
        { createImage: { name: textOf('name', name), metadata } },
        { version: '2.45' },
      );
      const { image_id: id } = readJson(wireCreated, body);
      return { id, name, state: NodeImageState.PENDING, extra: { status: 'queued', properties: metadata } };
    },
    remove: (image) => deleteImage(scope, image),
  }));
}

/** Glance copies no images between regions unless its operator has set that up, and tells no one whether it is. */
// biome-ignore lint/correctness/useYield: it refuses before anything is sent
export function* copyImage(sourceRegion: string, image: NodeImage | string, name: string): Operation<OpenStackImage> {
  for (const [field, value] of Object.entries({ sourceRegion, name })) textOf(field, value);
  idOf(image, 'image');
  throw new CloudError('unsupported', 'OpenStack copies no images between regions; create the image in each');
}

function toImage(wire: z.infer<typeof wireImage>): OpenStackImage {
  const textAt = (field: string): string | undefined => (typeof wire[field] === 'string' ? wire[field] : undefined);
  const numberAt = (field: string): number | undefined => (typeof wire[field] === 'number' ? wire[field] : undefined);
  const [id, status = 'unknown', createdAt] = [textAt('id'), textAt('status'), dateOf(textAt('created_at'))];
  if (id === undefined) throw new CloudError('malformed-response', "the cloud's response has an image without an id");
  const properties = Object.entries(wire).filter(([field, value]) => !fields.has(field) && typeof value === 'string');
  return {
    id,
    name: textAt('name') ?? '',
    state: imageState(status),
    extra: {
      status,
      ...fieldOf('visibility', textAt('visibility')),
      ...fieldOf('ownerId', textAt('owner')),
      ...fieldOf('sizeBytes', numberAt('size')),
      ...fieldOf('minDiskGb', numberAt('min_disk')),
      ...fieldOf('minRamMb', numberAt('min_ram')),
      ...(typeof wire.protected === 'boolean' && { isProtected: wire.protected }),
      ...(Array.isArray(wire.tags) && { tags: wire.tags.filter((tag) => typeof tag === 'string') }),
      ...(createdAt && { createdAt }),
      properties: Object.fromEntries(properties) as Record<string, string>,
    },
  };
}
