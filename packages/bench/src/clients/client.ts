/**
 * What every contender can be asked to do, in its own kind: a blocking one returns values, an asynchronous one promises.
 * A contender that cannot do something says why instead.
 */

/** A value, or a promise of one. */
export type Awaitable<Value> = Value | Promise<Value>;

/** Where a contender finds its service. */
export interface Service {
  /** Base address, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  /** Most connections that the contender may open, for those that must be told. */
  readonly connections: number;
}

/** A contender at work. */
export interface Client {
  /** An object's bytes. */
  get(container: string, name: string): Awaitable<Uint8Array>;
  put(container: string, name: string, bytes: Uint8Array): Awaitable<unknown>;
  /** All objects of a container: how many, and the last one's name. */
  list(container: string): Awaitable<Listed>;
  /** The first 1,000 objects. */
  listPage(container: string): Awaitable<Listed>;
  /** A file up, with whatever checks the contender makes when it is not asked for any. */
  upload(container: string, name: string, path: string): Awaitable<unknown>;
  /** An object of known size down into a file. */
  download(container: string, name: string, path: string, sizeBytes: number): Awaitable<unknown>;
  close(): Awaitable<unknown>;
}

/** What a listing came to. */
export interface Listed {
  readonly count: number;
  readonly last: string | undefined;
}

/** What `connect` of a contender returns: a client, or for each thing that it cannot do, why. */
export type PartialClient = { readonly [Name in keyof Client]: Client[Name] | string };

/** A contender's module. */
export interface ClientModule {
  connect(service: Service): Awaitable<PartialClient>;
}

/** Thrown for what a contender cannot do; the cell says so. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}
