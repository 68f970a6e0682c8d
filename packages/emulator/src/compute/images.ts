/**
 * Images: the cloud's own, and those created from nodes or copied from another region.
 */
import { type BuiltInImage, builtInImages } from './cloud/catalogue.ts';
import type { ImageDetail } from './cloud/details.ts';
import { type Resource, stateAt } from './cloud/resources.ts';
import { createdBefore, requestHash } from './routing/client-tokens.ts';
import { answerPage, pageParameters } from './routing/paging.ts';
import { invalid, Problem } from './routing/problem.ts';
import {
  type Answer,
  type Call,
  clientTokenSchema,
  descriptionSchema,
  found,
  nameSchema,
  type Route,
} from './routing/route.ts';
import { objectSchema, type Schema } from './routing/schema.ts';

/** An image, as in responses. */
function imageDocument(image: Resource<ImageDetail>, nowMs: number): object {
  return { id: image.id, name: image.name, state: stateAt(image, nowMs), extra: image.detail.extra };
}

function builtInDocument({ id, name, extra }: BuiltInImage): object {
  return { id, name, state: 'AVAILABLE', extra };
}

/** The schema of an image. */
export const imageSchema: Schema = objectSchema({
  id: { type: 'string' },
  name: nameSchema,
  state: { type: 'string', enum: ['PENDING', 'AVAILABLE', 'ERROR'] },
  extra: { type: 'object', additionalProperties: { type: 'string' } },
});

const image: Schema = { $ref: '#/components/schemas/Image' };

/** The routes of images. */
export const imageRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/images',
    operationId: 'listImages',
    summary: "The cloud's own images, then the account's.",
    query: { ...pageParameters, location: { type: 'string', description: 'Images are in all locations of a region.' } },
    replies: { 200: { description: 'A page.', schema: { type: 'array', items: image } } },
    isPaged: true,
    answer: listImages,
  },
  {
    method: 'POST',
    path: '/images',
    operationId: 'createImage',
    summary: 'Creates an image from a node that is RUNNING or STOPPED.',
    body: objectSchema(
      { node_id: { type: 'string' }, name: nameSchema },
      { description: descriptionSchema, client_token: clientTokenSchema },
    ),
    replies: {
      200: { description: 'The image that this request created before.', schema: image },
      201: { description: 'The image, PENDING.', schema: image },
    },
    refuses: ['wrong-state', 'client-token-reused'],
    answer: createImage,
  },
  {
    method: 'POST',
    path: '/images/copy',
    operationId: 'copyImage',
    summary: "Copies one of the account's images from another region.",
    body: objectSchema(
      { source_region: { type: 'string' }, image_id: { type: 'string' }, name: nameSchema },
      { description: descriptionSchema, client_token: clientTokenSchema },
    ),
    replies: {
      200: { description: 'The copy that this request created before.', schema: image },
      201: { description: 'The copy, PENDING.', schema: image },
    },
    refuses: ['wrong-state', 'client-token-reused'],
    answer: copyImage,
  },
  {
    method: 'GET',
    path: '/images/{id}',
    operationId: 'getImage',
    summary: 'An image.',
    replies: { 200: { description: 'The image.', schema: image } },
    answer(call) {
      const builtIn = builtInImages().find(({ id }) => id === call.params.id);
      const value = builtIn === undefined ? imageDocument(imageOf(call), call.nowMs) : builtInDocument(builtIn);
      return { status: 200, value };
    },
  },
  {
    method: 'DELETE',
    path: '/images/{id}',
    operationId: 'deleteImage',
    summary: "Deletes one of the account's images, at once. Nodes created from it stay.",
    replies: { 204: { description: 'Deleted.' } },
    refuses: ['permission-denied'],
    answer(call) {
      if (builtInImages().some(({ id }) => id === call.params.id)) {
        throw new Problem('permission-denied', `Image ${call.params.id} is the cloud's own.`);
      }
      call.cloud.images.remove(imageOf(call));
      return { status: 204 };
    },
  },
];

function imageOf({ cloud, region, params, nowMs }: Call): Resource<ImageDetail> {
  const { id = '' } = params;
  return found(cloud.images.find(region.id, id, nowMs), `image ${id} in region ${region.id}`);
}

function listImages(call: Call): Answer {
  const { cloud, region, nowMs, query } = call;
  if (query.location !== undefined && !region.locations.some(({ id }) => id === query.location)) {
    throw invalid('location', `must be one of ${region.locations.map(({ id }) => id).join(', ')}`);
  }
  // The cloud's own images come first, at the first positions.
  const own = builtInImages().map((item, index) => ({ position: index + 1, document: builtInDocument(item) }));
  const items = (after: number, limit: number) => {
    const first = own.filter(({ position }) => position > after);
    const rest = cloud.images
      .page({ region: region.id, nowMs, after: Math.max(0, after - own.length), limit })
      .map((item) => ({ position: own.length + item.seq, document: imageDocument(item, nowMs) }));
    return [...first, ...rest].slice(0, limit);
  };
  return answerPage(
    call,
    items,
    ({ position }) => position,
    ({ document }) => document,
  );
}

function createImage(call: Call): Answer {
  const { cloud, region, nowMs } = call;
  const again = answerRepeated(call);
  if (again !== undefined) return again;
  const { node_id: nodeId, ...named } = call.body as Named & { readonly node_id: string };
  const node = cloud.nodes.find(region.id, nodeId, nowMs);
  if (node === undefined) throw invalid('node_id', `must be the id of a node in region ${region.id}`);
  const state = stateAt(node, nowMs);
  if (state !== 'RUNNING' && state !== 'STOPPED') {
    throw new Problem('wrong-state', `Node ${node.id} is ${state}, neither RUNNING nor STOPPED.`);
  }
  return addImage(call, named, { node_id: nodeId });
}

function copyImage(call: Call): Answer {
  const { cloud, nowMs } = call;
  const again = answerRepeated(call);
  if (again !== undefined) return again;
  const {
    source_region: source,
    image_id: id,
    ...named
  } = call.body as Named & {
    readonly source_region: string;
    readonly image_id: string;
  };
  if (cloud.regions.find(source) === undefined) throw invalid('source_region', 'must be the id of a region');
  const { id: region } = cloud.regions.reach(source);
  const original = cloud.images.find(region, id, nowMs);
  if (original === undefined) throw invalid('image_id', `must be the id of one of your images in region ${region}`);
  const state = stateAt(original, nowMs);
  if (state !== 'AVAILABLE') throw new Problem('wrong-state', `Image ${id} is ${state}, not AVAILABLE.`);
  return addImage(call, named, { source_region: region, source_image_id: id });
}

interface Named {
  readonly name: string;
  readonly description?: string;
  readonly client_token?: string;
}

/** The response of an earlier request with the same token. */
function answerRepeated(call: Call): Answer | undefined {
  const known = createdBefore(call, call.cloud.images, (call.body as Named).client_token);
  return known && { status: 200, value: imageDocument(known, call.nowMs) };
}

function addImage(call: Call, named: Named, origin: Readonly<Record<string, string>>): Answer {
  const { cloud, region, nowMs } = call;
  const { client_token: token, description, name } = named;
  const made = cloud.images.insert({
    region: region.id,
    name,
    createdMs: nowMs,
    state: 'PENDING',
    next: { atMs: nowMs + cloud.durations.volumeMs, state: 'AVAILABLE' },
    token,
    detail: {
      extra: { ...origin, ...(description !== undefined && { description }) },
      ...(token !== undefined && { requestHash: requestHash(call) }),
    },
  });
  return { status: 201, value: imageDocument(made, nowMs) };
}
