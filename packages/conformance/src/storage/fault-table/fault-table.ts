/**
 * The fault table: the outcome of a call for each fault of the network or the service. `docs/reliability.md` shows it
 * beside other libraries, and a test keeps the two equal.
 */
import type { Suite } from '../../case.ts';
import type { StorageKit } from '../storage-kit.ts';
import { connectionRows } from './connection-rows.ts';
import { downloadRows } from './download-rows.ts';
import { caseOf, type FaultRow } from './fault-row.ts';
import { floodRows } from './flood-rows.ts';
import { listingRows } from './listing-rows.ts';
import { uploadRows } from './upload-rows.ts';

/** All rows, in the order of the table. */
export const faultRows: readonly FaultRow[] = [
  ...downloadRows,
  ...uploadRows,
  ...listingRows,
  ...connectionRows,
  ...floodRows,
];

/** Each row as a case. */
export const faultTable: Suite<StorageKit> = { title: 'fault table', cases: faultRows.map(caseOf) };
