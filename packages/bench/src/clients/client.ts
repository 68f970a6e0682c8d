/**
 * What every contender can be asked to do, in its own kind: a blocking one returns values, an async one promises. A
 * contender gives a reason for what it cannot do.
 */

/** A value, or a promise of one. */
export type Awaitable<Value> = Value | Promise<Value>;

/** Where a contender finds its service. */
export interface Service {
  /** Base address, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  /** The path of the authority that the service's certificate is of. */
  readonly authority?: string | undefined;
  /** Most connections that the contender may open, if it has such an option. */
  readonly connections: number;
}

/** An open contender. */
export interface Client {
  /** An object's bytes. */
  get(container: string, name: string): Awaitable<Uint8Array>;
  put(container: string, name: string, bytes: Uint8Array): Awaitable<unknown>;
  /** All objects of a container. */
  list(container: string): Awaitable<Listed>;
  /** The first 1,000 objects. */
  listPage(container: string): Awaitable<Listed>;
  /** A file up, with the checks that the contender makes by default. */
  upload(container: string, name: string, path: string): Awaitable<unknown>;
  /** An object of known size down into a file. */
  download(container: string, name: string, path: string, sizeBytes: number): Awaitable<unknown>;
  /** Reads an object as a stream, with the checks that the contender makes by default. Returns how many bytes there were. */
  stream?(container: string, name: string): Awaitable<number>;
  /** Deletes objects, many with a request. */
  remove?(container: string, names: readonly string[]): Awaitable<unknown>;
  close(): Awaitable<unknown>;
}

/** A listing's length and its last name. */
export interface Listed {
  readonly count: number;
  readonly last: string | undefined;
}

/** What `connect` of a rival returns: a client, with a reason for each thing that it cannot do. */
export type PartialClient = { readonly [Name in keyof Client]: Client[Name] | string };

/** A rival's module. */
export interface ClientModule {
  connect(service: Service): Awaitable<PartialClient>;
}

/** Thrown for what a contender cannot do; the cell reports the reason. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}
