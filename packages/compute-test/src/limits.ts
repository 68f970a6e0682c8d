/** The test cloud's limits. */

/** Most items that it puts on a page. */
export const mostItemsOnPage = 1000;

/** Most nodes that one request can ask for by their ids. */
export const mostIdsInRequest = 250;

/** Regions that one call asks at the same time. */
export const regionsAtOnce = 16;

/** Largest file that is read as a public key, in bytes. */
export const largestKeyFile = 16_384;
