/** Ways to break what a driver does beyond moving bytes, and the case that must notice each. */
import type { Blocking, CopyOptions, MultipartUpload, ObjectReference, StorageOperations } from '@isobar/core';

type Methods = Blocking<StorageOperations>;

/** What the driver does, the case that must notice, and how to make it do that. */
export const brokenServiceSide: readonly (readonly [
  string,
  suite: string,
  title: string,
  change: (right: Methods) => object,
])[] = [
  [
    'loses the end of large files',
    'large files',
    'uploads a file of 70 MB with its type, and reports the progress up to its size',
    (right) => ({
      downloadObject: (object: ObjectReference, path: string) => right.downloadObjectRange(object, path, 0, 67_108_864),
    }),
  ],
  [
    'forgets the type of a copy',
    'copies',
    'copies an object within its container, with its type',
    (right) => ({
      copyObject: (object: ObjectReference, container: string, name: string) =>
        right.writeObject(right.readObject(object), container, name),
    }),
  ],
  [
    'moves instead of copying',
    'copies',
    'copies an object to another container, and leaves the source as it was',
    (right) => ({
      copyObject: (object: ObjectReference, container: string, name: string) => {
        const copied = right.copyObject(object, container, name);
        right.deleteObject(object);
        return copied;
      },
    }),
  ],
  [
    'normalises the names of copies',
    'copies',
    'copies between any names',
    (right) => ({
      copyObject: (object: ObjectReference, container: string, name: string) =>
        right.copyObject(object, container, name.replaceAll('//', '/')),
    }),
  ],
  [
    'adds to the metadata of a copy instead of replacing it',
    'copies',
    'replaces the user’s metadata of the copy as a whole, and keeps its type',
    (right) => ({
      copyObject: (
        object: { container: string; name: string },
        container: string,
        name: string,
        options: CopyOptions,
      ) =>
        right.copyObject(object, container, name, {
          ...options,
          metadata: { ...right.getObject(object.container, object.name).metadata, ...options.metadata },
        }),
    }),
  ],
  [
    'loses metadata when the type changes',
    'metadata changes',
    'keeps the user’s metadata when only the type changes',
    (right) => ({
      updateObjectMetadata: (object: ObjectReference, changes: CopyOptions) =>
        right.updateObjectMetadata(object, { metadata: {}, ...changes }),
    }),
  ],
  [
    'creates a missing object to change it',
    'metadata changes',
    'says that a missing object is not found, and creates none',
    (right) => ({
      updateObjectMetadata: ({ container, name }: { container: string; name: string }) =>
        right.writeObject('', container, name),
    }),
  ],
  [
    'removes no more than a thousand objects',
    'mass deletions',
    'removes 1001 objects',
    (right) => ({
      deleteObjects: (objects: ObjectReference[]) => ({
        ...right.deleteObjects(objects.slice(0, 1000)),
        deleted: objects,
      }),
    }),
  ],
  [
    'removes only objects of the first container',
    'mass deletions',
    'removes objects of several containers',
    (right) => ({
      deleteObjects: (objects: ObjectReference[]) => {
        right.deleteObjects(objects.filter(({ container }) => container === objects[0]?.container));
        return { deleted: objects, failed: [] };
      },
    }),
  ],
  [
    'says that missing objects could not be removed',
    'mass deletions',
    'counts missing objects as removed',
    (right) => ({
      deleteObjects: (objects: { container: string; name: string }[]) => {
        const failed = objects.filter(({ name }) => name.startsWith('missing'));
        return { ...right.deleteObjects(objects), failed };
      },
    }),
  ],
  [
    'removes what comes before a wrong name',
    'mass deletions',
    'refuses wrong arguments before anything is sent, also when only the last one is wrong',
    (right) => ({
      deleteObjects: (objects: ObjectReference[]) => {
        for (const object of objects) right.deleteObject(object);
      },
    }),
  ],
  [
    'signs for reading, whatever the method',
    'signed URLs',
    'lets its holder write the object',
    (right) => ({ presignObjectUrl: (object: ObjectReference) => right.presignObjectUrl(object) }),
  ],
  [
    'signs without expiry',
    'signed URLs',
    'is refused after it expires',
    (right) => ({ presignObjectUrl: (object: ObjectReference) => right.presignObjectUrl(object) }),
  ],
  [
    'lets the holder send any type',
    'signed URLs',
    'requires the media type that it was made for',
    (right) => ({
      presignObjectUrl: (object: ObjectReference) => right.presignObjectUrl(object, { method: 'PUT' }),
    }),
  ],
  [
    'signs names that have been decoded',
    'signed URLs',
    'is for one object, whatever its name',
    (right) => ({
      presignObjectUrl: ({ container, name }: { container: string; name: string }) =>
        right.presignObjectUrl({ container, name: name.replaceAll('%20', ' ') }),
    }),
  ],
  [
    'shows its secret in the URL',
    'signed URLs',
    'does not show the secret that it was made with',
    (right) => ({ presignObjectUrl: (object: ObjectReference) => `${right.presignObjectUrl(object)}&key=a-secret` }),
  ],
  [
    'lists uploads that have ended',
    'multipart uploads',
    'lists none in a new container, and none after uploads that ended',
    () => ({ iterateMultipartUploads: () => [{ container: 'c', name: 'a', uploadId: '1' }] }),
  ],
  [
    'lists no uploads at all',
    'multipart uploads',
    'lists an upload while its source delivers, and leaves none behind when the source fails',
    () => ({ iterateMultipartUploads: () => Object.assign([], { toArray: () => [] }) }),
  ],
  [
    'removes the object in place of the upload',
    'multipart uploads',
    'does not remove an object of the name of an upload that does not exist',
    (right) => ({ abortMultipartUpload: (upload: MultipartUpload) => right.deleteObject(upload) }),
  ],
];
