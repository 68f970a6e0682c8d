/** Operations on sizes, images and locations. */
import {
  type CreateImageOptions,
  clientTokenOf,
  drain,
  idOf,
  type Node,
  type NodeImage,
  type NodeLocation,
  type Operation,
  textOf,
} from '@isobar/core/provider';
import type { TestImage, TestSize } from './models.ts';
import { deleteResource, listPages, type Scope, scopeOf, send } from './requests.ts';
import { readImage, readImages, readLocations, readSizes } from './wire/catalogue.ts';

/** All sizes, or those of a location. One exchange per page. */
export function* listSizes(scope: Scope, location?: NodeLocation | string): Operation<TestSize[]> {
  return yield* drain(listPages(scope, { path: '/sizes', query: at(location) }, readSizes));
}

/** All images, or those of a location. One exchange per page. */
export function* listImages(scope: Scope, location?: NodeLocation | string): Operation<TestImage[]> {
  return yield* drain(listPages(scope, { path: '/images', query: at(location) }, readImages));
}

/** All locations of the region. One exchange per page. */
export function* listLocations(scope: Scope): Operation<NodeLocation[]> {
  return yield* drain(listPages(scope, { path: '/locations' }, readLocations));
}

function at(location: NodeLocation | string | undefined): { readonly location: string | undefined } {
  return { location: location === undefined ? undefined : idOf(location, 'location') };
}

/** Creates an image from a node. One exchange; all attempts send the same token. */
export function* createImage(
  scope: Scope,
  node: Node | string,
  name: string,
  options: CreateImageOptions = {},
): Operation<TestImage> {
  const nodeId = idOf(node, 'node');
  const json = {
    node_id: nodeId,
    name: textOf('name', name),
    description: options.description,
    client_token: yield* clientTokenOf(options),
  };
  const request = { method: 'POST', path: '/images', json, idempotent: true, subject: { node: nodeId } } as const;
  // The image is created in the node's region.
  const { region } = typeof node === 'object' ? (node as { readonly region?: string }) : {};
  const { body } = yield* send(scopeOf(scope, region), request);
  return readImage(body);
}

/** Gets one image. One exchange. */
export function* getImage(scope: Scope, imageId: string): Operation<TestImage> {
  const { path, ...subject } = imageAt(textOf('imageId', imageId));
  const { body } = yield* send(scope, { method: 'GET', path, idempotent: true, subject });
  return readImage(body);
}

/** Deletes an image. One exchange. */
export function* deleteImage(scope: Scope, image: NodeImage | string): Operation<void> {
  yield* deleteResource(scope, imageAt(image));
}

/** Copies an image from another region to the driver's. One exchange; all attempts send the same token. */
export function* copyImage(
  scope: Scope,
  sourceRegion: string,
  image: NodeImage | string,
  name: string,
  options: CreateImageOptions = {},
): Operation<TestImage> {
  const json = {
    source_region: textOf('sourceRegion', sourceRegion),
    image_id: idOf(image, 'image'),
    name: textOf('name', name),
    description: options.description,
    client_token: yield* clientTokenOf(options),
  };
  const subject = { image: json.image_id };
  const { body } = yield* send(scope, { method: 'POST', path: '/images/copy', json, idempotent: true, subject });
  return readImage(body);
}

function imageAt(given: NodeImage | string): { readonly path: string; readonly image: string } {
  const image = idOf(given, 'image');
  return { path: `/images/${encodeURIComponent(image)}`, image };
}
