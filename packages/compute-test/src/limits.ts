/** The test cloud's limits. */

/** Maximum number of items on a page. */
export const maxPageItems = 1000;

/** Maximum number of nodes that one request can look up by id. */
export const maxIdsPerRequest = 250;

/** Maximum number of requests that one call sends in parallel. */
export const maxConcurrentRequests = 16;
