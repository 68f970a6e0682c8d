/**
 * Makes every portable storage method of a service's primitives. Methods check their arguments before anything is sent, and
 * refuse by name what the provider's capabilities do not have.
 * docs/storage-providers.md has a table of the methods, with the primitives and the strategy of each.
 */
import { countOf, oneOf, pathOf, textOf, timeOf, wellFormedOf } from '../arguments.ts';
import { type ByteSource, bytesInMemory, checkSource, isByteStream } from '../bytes.ts';
import { algorithms } from '../checksums/checksums.ts';
import type { StorageCapabilities } from '../drivers/capabilities.ts';
import { CloudError, invalidArgument, isCloudError, withDetails } from '../errors.ts';
import { drain, type Listing, makeListing } from '../operations/listing.ts';
import type { Operation } from '../operations/operation.ts';
import { fileChecksums } from '../steps/file-steps.ts';
import { checkRange } from './arguments.ts';
import type { StorageOperations } from './contract.ts';
import type { Container, ContainerReference, MultipartUpload, StorageObject } from './models.ts';
import type { ListMultipartUploadsOptions, ListObjectsOptions, UploadOptions } from './options.ts';
import type { PartUploads, StorageService } from './service.ts';
import { copyObject, moveObject, updateObjectMetadata } from './transfer/copies.ts';
import { deleteObject, deleteObjects } from './transfer/deletions.ts';
import { jsonFrom, textFrom } from './transfer/downloads/decoded.ts';
import { downloadAsStream, readObject } from './transfer/downloads/downloads.ts';
import { downloadToFile } from './transfer/downloads/file-downloads.ts';
import { downloadIntoFolder } from './transfer/folders/folder-download.ts';
import { uploadFromFolder } from './transfer/folders/folder-upload.ts';
import { folderListing, folderPage } from './transfer/folders/folders.ts';
import { checkVersion, subjectOf } from './transfer/stored-objects.ts';
import { checkedLocation, locationAt } from './transfer/targets.ts';
import { checkUpload, putBytes, putFile, putReader, putStream, wholeFile } from './transfer/uploads/uploads.ts';

/** Makes the portable methods of a storage provider. */
export function storageOperations<Item extends StorageObject, Holder extends Container>(
  service: StorageService<Item, Holder>,
  capabilities: StorageCapabilities,
): StorageOperations<Item, Holder> {
  const operations: StorageOperations<Item, Holder> = {
    iterateContainers(options = {}) {
      return makeListing((cursor) => service.listContainers(options, cursor));
    },
    listContainers: (options) => drain(operations.iterateContainers(options)),
    iterateContainerObjects(container, options = {}) {
      return makeListing(function* (cursor) {
        const name = service.containerName(container);
        const checked = checkedListing(options, capabilities, service.plan(name).maxPageSize);
        return yield* service.list(name, checked, cursor);
      });
    },
    listContainerObjects: (container, options) => drain(operations.iterateContainerObjects(container, options)),
    *getContainer(containerName) {
      return yield* service.getContainer(service.containerName(containerName, 'containerName'));
    },
    *getObject(container, objectName, options = {}) {
      const target = service.checkTarget(locationAt(service, container, objectName), { options });
      const { object } = yield* service.head(target);
      checkVersion(target, target.version, object.version);
      return object;
    },
    *objectExists(container, objectName, options = {}) {
      const target = service.checkTarget(locationAt(service, container, objectName), { options });
      try {
        yield* service.head(target);
        return true;
      } catch (failure) {
        // A missing container has no object in its details.
        if (isCloudError(failure, 'not-found') && failure.details.object !== undefined) return false;
        throw failure;
      }
    },
    iterateFolder(container, prefix = '', options = {}) {
      return makeListing(function* (cursor) {
        const name = service.containerName(container);
        const { maxPageSize } = service.plan(name);
        const listed = checkedListing(
          folderListing(wellFormedOf('prefix', prefix), options),
          capabilities,
          maxPageSize,
        );
        return folderPage(name, yield* service.list(name, listed, cursor));
      });
    },
    *createContainer(containerName, options = {}) {
      refuseWritten(options, capabilities);
      return yield* service.createContainer(service.containerName(containerName, 'containerName'), options);
    },
    *deleteContainer(container) {
      yield* service.deleteContainer(service.containerName(container));
    },
    *uploadObject(filePath, container, objectName, options = {}) {
      const path = pathOf('filePath', filePath);
      const upload = checkedUpload(container, objectName, options);
      try {
        return yield* putFile(service, upload, path);
      } catch (failure) {
        throw withDetails(failure, subjectOf(upload.write.location));
      }
    },
    *uploadObjectViaStream(source, container, objectName, options = {}) {
      return yield* upload('source', source, container, objectName, options);
    },
    *uploadObjects(files, container, options = {}) {
      return yield* uploadFromFolder(operations.uploadObject, files, service.containerName(container), options);
    },
    *writeObject(data, container, objectName, options = {}) {
      return yield* upload('data', data, container, objectName, options);
    },
    *downloadObject(object, destinationPath, options = {}) {
      refuseDecompress(options.decompress, capabilities);
      return yield* downloadToFile(service, object, destinationPath, undefined, options);
    },
    downloadObjects: (objects, folderPath, options) =>
      downloadIntoFolder(
        (object, path, each = {}) => downloadToFile(service, object, path, undefined, each, true),
        objects,
        folderPath,
        options,
      ),
    downloadObjectAsStream(object, options = {}) {
      refuseDecompress(options.decompress, capabilities);
      return downloadAsStream(service, object, undefined, options);
    },
    *downloadObjectRange(object, destinationPath, startBytes, endBytes, options = {}) {
      require(capabilities, 'ranges', 'read a part of an object');
      checkedLocation(service, object);
      pathOf('destinationPath', destinationPath);
      return yield* downloadToFile(service, object, destinationPath, checkRange(startBytes, endBytes), options);
    },
    downloadObjectRangeAsStream(object, startBytes, endBytes, options = {}) {
      require(capabilities, 'ranges', 'read a part of an object');
      checkedLocation(service, object);
      return downloadAsStream(service, object, checkRange(startBytes, endBytes), options);
    },
    *readObject(object, options = {}) {
      refuseDecompress(options.decompress, capabilities);
      return yield* readObject(service, object, options);
    },
    *readText(object, options = {}) {
      return textFrom(yield* operations.readObject(object, options), object);
    },
    *readJson(object, options = {}) {
      return jsonFrom(yield* operations.readObject(object, options), object);
    },
    *checksumFile(filePath, algorithm) {
      const file = yield* wholeFile(pathOf('filePath', filePath));
      const checksums = yield* fileChecksums(file, [oneOf('algorithm', algorithm, algorithms)]);
      return checksums[algorithm] as string;
    },
    *deleteObject(object, options = {}) {
      yield* deleteObject(service, object, options);
    },
    *copyObject(object, container, objectName, options = {}) {
      refuseWritten(options, capabilities);
      return yield* copyObject(service, object, container, objectName, options);
    },
    *moveObject(object, container, objectName, options = {}) {
      refuseWritten(options, capabilities);
      return yield* moveObject(service, object, container, objectName, options);
    },
    *updateObjectMetadata(object, changes, options = {}) {
      if (!service.copy && !service.describe) require(capabilities, 'copy', 'change the metadata of an object');
      return yield* updateObjectMetadata(service, object, changes, options);
    },
    *deleteObjects(objects) {
      return yield* deleteObjects(service, objects);
    },
    *presignObjectUrl(object, options = {}) {
      const location = checkedLocation(service, object);
      if (!capabilities.presignedUrls || !service.sign) throw missing('presignedUrls', 'sign URLs');
      return yield* service.sign(location, options);
    },
    iterateMultipartUploads(container, options = {}) {
      return multipartUploads(service, capabilities, container, options);
    },
    *abortMultipartUpload(upload) {
      const { container, name } = checkedLocation(service, upload, 'upload');
      const uploadId = textOf('upload.uploadId', upload.uploadId);
      yield* partsOf(service, capabilities).abort({ container, name, uploadId });
    },
  };

  function* upload(
    field: string,
    source: ByteSource,
    container: ContainerReference,
    objectName: string,
    options: UploadOptions,
  ): Operation<Item> {
    if (isByteStream(source)) return yield* putReader(service, checkedUpload(container, objectName, options), source);
    const bytes = bytesInMemory(source);
    if (bytes) return yield* putBytes(service, checkedUpload(container, objectName, options), bytes);
    checkSource(field, source);
    require(capabilities, 'streamUpload', 'take streams');
    return yield* putStream(service, checkedUpload(container, objectName, options), source, field);
  }

  function checkedUpload(
    container: ContainerReference,
    objectName: string,
    options: Parameters<typeof checkUpload>[2],
  ): ReturnType<typeof checkUpload> {
    const location = locationAt(service, container, objectName);
    refuseWritten(options, capabilities);
    return checkUpload(service, location, options);
  }

  return operations;
}

function multipartUploads(
  service: StorageService,
  capabilities: StorageCapabilities,
  container: ContainerReference,
  options: ListMultipartUploadsOptions,
): Listing<MultipartUpload> {
  return makeListing(function* (cursor) {
    const name = service.containerName(container);
    return yield* partsOf(service, capabilities).list(name, options, cursor);
  });
}

function partsOf(service: StorageService, capabilities: StorageCapabilities): PartUploads {
  require(capabilities, 'multipartUploads', 'list or abort unfinished uploads');
  return service.parts as PartUploads;
}

/** Refuses a call that the provider cannot serve. @throws {CloudError} `unsupported` that names the capability. */
function require(capabilities: StorageCapabilities, name: keyof StorageCapabilities, what: string): void {
  if (!capabilities[name]) throw missing(name, what);
}

function missing(name: keyof StorageCapabilities, what: string): CloudError {
  const message = `this provider cannot ${what}: it does not have the capability \`${name}\``;
  return new CloudError('unsupported', message);
}

/** The same for an option. */
function requireFor(
  field: string,
  value: unknown,
  capabilities: StorageCapabilities,
  name: keyof StorageCapabilities,
): void {
  if (value === undefined || value === false || capabilities[name]) return;
  const message = `\`${field}\` is not possible with this provider: it does not have the capability \`${name}\``;
  throw new CloudError('unsupported', message, { field });
}

function refuseWritten(
  { lastModified, storageClass }: { readonly lastModified?: Date; readonly storageClass?: string },
  capabilities: StorageCapabilities,
): void {
  requireFor('storageClass', storageClass, capabilities, 'storageClasses');
  requireFor('lastModified', lastModified, capabilities, 'modificationTimes');
  if (lastModified !== undefined) timeOf('lastModified', lastModified);
}

function refuseDecompress(decompress: unknown, capabilities: StorageCapabilities): void {
  requireFor('decompress', decompress, capabilities, 'decompression');
}

function checkedListing(
  options: ListObjectsOptions,
  capabilities: StorageCapabilities,
  maxPageSize: number,
): ListObjectsOptions {
  const { delimiter, pageSize, startAfter, versions } = options;
  if (delimiter === '') throw invalidArgument('delimiter', 'must not be empty; leave it out to list all objects');
  if (pageSize !== undefined) countOf('pageSize', pageSize, 1, maxPageSize);
  requireFor('delimiter', delimiter, capabilities, 'delimiter');
  requireFor('startAfter', startAfter, capabilities, 'startAfter');
  requireFor('versions', versions, capabilities, 'versions');
  return options;
}
