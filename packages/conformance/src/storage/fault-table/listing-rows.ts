/** Listings that meet a fault. */
import type { Fault } from '../../test-server.ts';
import { type FaultRow, serverFault } from './fault-row.ts';
import { listing } from './ways.ts';

/** Leaves the first page as it is. */
const onSecondPage = (fault: Fault) => [{ fault: { kind: 'delay', ms: 0 } as const }, { fault }];

/** Rows of the table about listings. */
export const listingRows: readonly FaultRow[] = [
  serverFault({
    fault: 'Listing: second page is cut, then fine',
    outcome: 'R (2)',
    ways: [listing],
    injections: onSecondPage({ kind: 'cut', afterBytes: 100 }),
    permanent: { fault: { kind: 'cut', afterBytes: 100 }, outcome: 'A network' },
  }),
  serverFault({
    fault: 'Listing: second page is 503, then fine',
    outcome: 'R (2)',
    ways: [listing],
    injections: onSecondPage({ kind: 'status', status: 503 }),
  }),
  serverFault({
    fault: 'Listing: 200 with an HTML page, as from a captive portal',
    outcome: 'A malformed-response',
    ways: [listing],
    injections: [
      {
        fault: {
          kind: 'answer',
          status: 200,
          headers: { 'content-type': 'text/html' },
          body: '<!doctype html><html><head><title>Log in</title></head><body><p>Welcome<br></body></html>',
        },
      },
    ],
  }),
  serverFault({
    fault: 'Listing: 200 with an empty body',
    outcome: 'A malformed-response',
    ways: [listing],
    injections: [{ fault: { kind: 'answer', status: 200, headers: { 'content-type': 'application/xml' } } }],
  }),
  serverFault({
    fault: 'Listing: page ends early, Content-Length agrees with it',
    outcome: 'A malformed-response',
    ways: [listing],
    injections: onSecondPage({ kind: 'alter', keepBytes: 200 }),
  }),
];
