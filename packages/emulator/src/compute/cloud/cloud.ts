/**
 * One test cloud: everything it holds, its clock and its limits, in memory or in the data folder.
 */
import { join } from 'node:path';
import { openDatabase } from '../../store/database.ts';
import { type CloudClock, createClock } from './clock.ts';
import type { ImageDetail, KeyPairDetail, NodeDetail, ReportDetail, SnapshotDetail, VolumeDetail } from './details.ts';
import { createLimits, type Limits } from './limits.ts';
import { createRegions, HOME_REGION, type Regions } from './regions.ts';
import { type ResourceTable, removeExpired, resourceTable, SCHEMA } from './resources.ts';
import { seedNodes } from './seed.ts';
import { createSettings, type Settings } from './settings.ts';

/** How long actions take, in milliseconds of the cloud's clock unless noted otherwise. */
export interface Durations {
  /** Creating, starting and rebooting a node. */
  readonly bootMs: number;
  /** Stopping and terminating a node. */
  readonly stopMs: number;
  /** Creating, attaching and deleting a volume; creating a snapshot or an image. */
  readonly volumeMs: number;
  /** Writing a report. */
  readonly reportMs: number;
  /** Latency of the farthest region, in real milliseconds. */
  readonly regionLatencyMs: number;
}

/** A test cloud. */
export interface Cloud {
  readonly durations: Durations;
  readonly settings: Settings;
  readonly clock: CloudClock;
  readonly regions: Regions;
  readonly limits: Limits;
  readonly nodes: ResourceTable<NodeDetail>;
  readonly volumes: ResourceTable<VolumeDetail>;
  readonly snapshots: ResourceTable<SnapshotDetail>;
  readonly images: ResourceTable<ImageDetail>;
  readonly keyPairs: ResourceTable<KeyPairDetail>;
  readonly reports: ResourceTable<ReportDetail>;
  /** Runs a change as a whole or not at all. */
  atomically<Result>(change: () => Result): Result;
  /** Restores the initial state of the cloud. */
  reset(): void;
  close(): void;
}

/** Opens the cloud in a folder, or in memory. */
export function openCloud(folder: string | undefined, durations: Durations): Cloud {
  const file = folder === undefined ? ':memory:' : join(folder, 'compute.sqlite');
  const database = openDatabase(file, SCHEMA);
  const settings = createSettings(database);
  const clock = createClock(settings);
  const cloud: Cloud = {
    durations,
    settings,
    clock,
    regions: createRegions(settings, durations.regionLatencyMs),
    limits: createLimits(settings),
    nodes: resourceTable(database, settings, 'node'),
    volumes: resourceTable(database, settings, 'volume'),
    snapshots: resourceTable(database, settings, 'snapshot'),
    images: resourceTable(database, settings, 'image'),
    keyPairs: resourceTable(database, settings, 'key-pair'),
    reports: resourceTable(database, settings, 'report'),
    atomically(change) {
      try {
        return database.transaction(() => {
          removeExpired(database, clock.now());
          return change();
        });
      } catch (error) {
        // The settings are in memory too, and the transaction was rolled back.
        settings.reload();
        throw error;
      }
    },
    reset() {
      database.transaction(() => {
        for (const table of ['resources', 'settings', 'sqlite_sequence']) database.run(`DELETE FROM ${table}`);
        settings.reload();
        cloud.limits.reset();
        seed(cloud);
      });
    },
    close: () => database.close(),
  };
  if (settings.get('seeded') === undefined) database.transaction(() => seed(cloud));
  return cloud;
}

function seed(cloud: Cloud): void {
  for (const node of seedNodes(HOME_REGION)) cloud.nodes.insert(node);
  cloud.settings.set('seeded', true);
}
