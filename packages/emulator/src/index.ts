/**
 * A local Google Cloud Storage (XML API) and test cloud, in a process of its own.
 */
export type { Control, NewObjects } from './control.ts';
export type { Fault, FaultRule, Service } from './front/faults.ts';
export type { JournalEntry } from './front/journal.ts';
export type { Account, KeyPair } from './identity/accounts.ts';
export { defaultCredentials, type EmulatorOptions, type MultiDelete } from './options.ts';
export { type Emulator, startEmulator } from './start.ts';
