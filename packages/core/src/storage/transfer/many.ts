/** What calls about many objects share. */
import type { CloudErrorCode } from '../../errors.ts';

/** Objects in progress at once by default. */
export const defaultConcurrency = 16;

/** Errors that affect all objects, so they end the call. */
export const fatalCodes: readonly CloudErrorCode[] = ['unauthenticated', 'aborted', 'session-closed', 'worker-lost'];
