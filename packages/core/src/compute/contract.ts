/** What every compute provider offers. Faces turn these into methods; see `surface.ts`. */
import type { CallOptions, ListingOptions } from '../call-options.ts';
import type { Listing } from '../listing.ts';
import type { Operation } from '../operation.ts';
import type { Node } from './models.ts';

/** The methods of a compute driver. */
export interface ComputeOperations<Machine extends Node = Node> {
  /**
   * The account's nodes. One exchange a page.
   *
   * @throws {CloudError} `unauthenticated`, `permission-denied`.
   */
  iterateNodes(options?: ListingOptions): Listing<Machine>;

  /** All nodes in one array. See {@link iterateNodes}. */
  listNodes(options?: CallOptions): Operation<Machine[]>;

  /**
   * Looks a node up. One exchange.
   *
   * @throws {CloudError} `not-found`, `unauthenticated`, `permission-denied`.
   */
  getNode(nodeId: string, options?: CallOptions): Operation<Machine>;
}
