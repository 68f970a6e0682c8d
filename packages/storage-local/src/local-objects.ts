/** Objects on the disk: their versions and models. */
import {
  type Checksums,
  CloudError,
  type FileVersion,
  guessContentType,
  type ObjectHeaders,
  type ObjectLocation,
  type StorageObject,
  type Stored,
} from '@isobar/core/provider';

/** An object of the local provider. */
export interface LocalObject extends StorageObject {
  readonly version: string;
  readonly extra: LocalObjectExtra;
}

/** Headers of an object that the portable model does not have. */
export interface LocalObjectExtra {
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
}

/** What is known of an object beside its file: what a sidecar has. */
export interface About {
  readonly headers: ObjectHeaders;
  readonly checksums: Checksums;
}

/** The version of an object's file as text: it changes when the file is written or replaced. */
export function versionOf({ inode, modifiedMs, sizeBytes }: FileVersion): string {
  return `${inode}-${sizeBytes}-${modifiedMs}`;
}

/** An object in a listing, which has no type and metadata. */
export function listedObject({ container, name }: ObjectLocation, file: FileVersion): LocalObject {
  const version = versionOf(file);
  return {
    container,
    name,
    sizeBytes: file.sizeBytes,
    etag: `"${version}"`,
    version,
    lastModified: new Date(file.modifiedMs),
    metadata: {},
    extra: {},
  };
}

/** An object and its checksums. */
export function storedObject(location: ObjectLocation, file: FileVersion, about: About): Stored<LocalObject> {
  const { contentType = guessContentType(location.name), metadata = {}, ...extra } = about.headers;
  const object: LocalObject = {
    ...listedObject(location, file),
    ...(Object.keys(about.checksums).length > 0 && { checksums: about.checksums }),
    contentType,
    metadata,
    extra,
  };
  return { object, checksums: about.checksums };
}

/** The error for an object that does not exist. */
export function missingObject({ container, name }: ObjectLocation, why = 'it does not exist'): CloudError {
  const message = `object ${JSON.stringify(name)} in ${container}: ${why}`;
  return new CloudError('not-found', message, { container, object: name });
}
