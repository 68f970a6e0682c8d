/** The test cloud's limits. */

/** Most items that it puts on a page. */
export const maxPageItems = 1000;

/** Most nodes that one request can ask for by their ids. */
export const maxIdsPerRequest = 250;

/** Regions that one call asks at the same time. */
export const regionsAtOnce = 16;

/** Largest file that is read as a public key, in bytes. */
export const maxKeyFileBytes = 16_384;
