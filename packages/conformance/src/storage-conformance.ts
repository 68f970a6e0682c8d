/** The kit for storage providers. */
import type { ConditionOptions } from '@isobar/core';
import { asyncDesignFaults } from './any-driver/async-design-faults.ts';
import { cancelling } from './any-driver/cancelling.ts';
import { closing } from './any-driver/closing.ts';
import { credentials } from './any-driver/credentials.ts';
import { faults } from './any-driver/faults.ts';
import { options } from './any-driver/options.ts';
import type { Suite, Trait } from './case.ts';
import { needing } from './case.ts';
import type { AnyStorage, StorageDriverUnderTest } from './driver.ts';
import type { KitSetup } from './kit.ts';
import { requestUrl, type UrlAnswer, type UrlRequest } from './plain-request.ts';
import { type Deviation, type Part, register } from './register.ts';
import { storageArguments } from './storage/arguments.ts';
import { concurrency } from './storage/concurrency.ts';
import { conditions } from './storage/conditions.ts';
import { containers, emptyAccount } from './storage/containers.ts';
import { deletions } from './storage/deletions.ts';
import { errors } from './storage/errors.ts';
import { faultTable } from './storage/fault-table/fault-table.ts';
import { listing } from './storage/listing.ts';
import { metadata } from './storage/metadata.ts';
import { models } from './storage/models.ts';
import { moves } from './storage/moves.ts';
import { names } from './storage/names.ts';
import { ranges } from './storage/ranges.ts';
import { reading } from './storage/reading.ts';
import { copies } from './storage/service-side/copies.ts';
import { massDeletions } from './storage/service-side/mass-deletions.ts';
import { metadataChanges } from './storage/service-side/metadata-changes.ts';
import { multipartUploads } from './storage/service-side/multipart-uploads.ts';
import { signedUrls } from './storage/service-side/signed-urls.ts';
import { makeStorageKit, type StorageKit, type StorageSetup } from './storage/storage-kit.ts';
import { decompression } from './storage/transfers/decompression.ts';
import { downloading } from './storage/transfers/downloads.ts';
import { folderDownloads } from './storage/transfers/folder-downloads.ts';
import { folderUploads } from './storage/transfers/folder-uploads.ts';
import { interruptions } from './storage/transfers/interruptions.ts';
import { largeFiles } from './storage/transfers/large-files.ts';
import { progressFailures } from './storage/transfers/progress-failures.ts';
import { sources } from './storage/transfers/sources.ts';
import { transferFaults } from './storage/transfers/transfer-faults.ts';
import { uploading } from './storage/transfers/uploads.ts';
import type { TestServer } from './test-server.ts';

/** What the kit must know about a storage provider. */
export interface StorageConformance {
  /** The provider's id, such as `google-storage`. */
  readonly provider: string;
  /** The drivers to test: one of each kind for the whole kit, all others for the `design` part. */
  readonly drivers: readonly StorageDriverUnderTest[];
  /** Default `whole`. */
  readonly part?: Part;
  /** What the server can do for tests. Default: nothing, as with a real cloud. */
  readonly server?: TestServer;
  /** What this provider does not have, such as one in memory. Cases about it are skipped. Default: nothing. */
  readonly without?: readonly Trait[];
  /** Options that make the service refuse every call. Default: another `secret`. */
  readonly wrongCredentials?: Readonly<Record<string, unknown>>;
  /** Strings that no failure may show, such as the secret in use. */
  readonly secrets?: readonly string[];
  /** Makes a container name from a unique text. Default: `isobar-…`. */
  readonly containerName?: (unique: string) => string;
  /** Container names that this provider refuses, besides those that every provider refuses. */
  readonly invalidContainerNames?: readonly string[];
  /** Whether this provider refuses an object's name that others store, such as `a//b` where names are paths. Default: none. */
  readonly refusesName?: (name: string) => boolean;
  /**
   * An existing, empty container, if cases may use no other, as in somebody's real account. Cases that need a second one, or
   * create containers, are skipped. It is empty again afterwards.
   */
  readonly onlyContainer?: string;
  /** How many objects make a listing longer than a page of the server. Default 1001. */
  readonly longListing?: number;
  /** Requests a signed URL, for servers that need more than a plain request. Default {@link requestUrl}. */
  readonly requestUrl?: (request: UrlRequest) => Promise<UrlAnswer>;
  /** The conditions that this provider keeps; it must refuse the others as `unsupported`. Default: both. */
  readonly conditions?: readonly (keyof ConditionOptions)[];
  /** Cases for what only this provider does. */
  readonly extraSuites?: readonly Suite<StorageKit>[];
  /** Cases that are known to fail, and why. They fail the kit once they pass. */
  readonly deviations?: readonly Deviation[];
}

/** The portable contract, for the kit's own tests. */
export const suites: readonly Suite<StorageKit>[] = [
  emptyAccount,
  containers,
  listing,
  names,
  uploading,
  largeFiles,
  needing('streamUpload', sources),
  metadata,
  downloading,
  folderDownloads,
  folderUploads,
  needing('ranges', ranges),
  needing('decompression', decompression),
  reading,
  deletions,
  needing('deleteMany', massDeletions),
  needing('copy', copies),
  moves,
  needing('copy', metadataChanges),
  conditions,
  needing('presignedUrls', signedUrls),
  needing('multipartUploads', multipartUploads),
  models,
  storageArguments,
  errors,
  concurrency,
  transferFaults,
  faultTable,
  interruptions,
  progressFailures,
  closing,
  asyncDesignFaults,
  options,
  credentials,
  cancelling,
  faults,
];

function probeOf(onlyContainer: string | undefined): StorageSetup['probe'] {
  if (onlyContainer === undefined) {
    return { name: 'listContainers', run: (driver, options) => driver.listContainers(options) };
  }
  return { name: 'getContainer', run: (driver, options) => driver.getContainer(onlyContainer, options) };
}

const impossibleContainerNames = ['a/b', '/', '.', '..', 'a\nb', 'a\0b', 'a?b', 'a#b', 'x'.repeat(300)];

/**
 * Registers every test of the storage contract, for each design and kind.
 *
 * @example
 * storageConformance({
 *   provider: 'acme-storage',
 *   drivers: [{ design: 'flag', kind: 'async', open: (options) => connect(acmeStorage, { ...account, async: true, ...options }) }],
 * });
 */
export function storageConformance(conformance: StorageConformance): void {
  const {
    provider,
    drivers,
    server = {},
    wrongCredentials = { secret: 'not-the-right-secret-0123456789' },
  } = conformance;
  register({
    provider,
    drivers,
    server,
    suites: [...suites, ...(conformance.extraSuites ?? [])],
    part: conformance.part ?? 'whole',
    without: conformance.without ?? [],
    deviations: conformance.deviations ?? [],
    makeKit: (under, driver) =>
      makeStorageKit({
        provider,
        kind: under.kind,
        open: (overrides) => under.open(overrides) as AnyStorage,
        openBoth: under.openBoth as KitSetup<AnyStorage>['openBoth'],
        driver: driver as AnyStorage,
        server,
        wrongCredentials,
        secrets: conformance.secrets ?? [],
        probe: probeOf(conformance.onlyContainer),
        containerName: conformance.containerName ?? ((unique) => `isobar-${unique}`),
        invalidContainerNames: [...impossibleContainerNames, ...(conformance.invalidContainerNames ?? [])],
        refusesName: conformance.refusesName ?? (() => false),
        onlyContainer: conformance.onlyContainer,
        longListing: conformance.longListing ?? 1001,
        conditions: conformance.conditions ?? ['ifAbsent', 'ifVersion'],
        requestUrl: conformance.requestUrl ?? requestUrl,
      }),
  });
}
