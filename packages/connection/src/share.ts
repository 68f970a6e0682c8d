/**
 * Shared operations of asynchronous calls: one operation for all concurrent callers with the same owner (single flight).
 * `blocking/overlap.ts` is the counterpart for blocking calls, where only operations of one `parallel` step can share.
 *
 *            join                 outcome settles
 *   (none) ────────► in flight ───────────────────► settled: forgotten, callers get the outcome
 *                     │  ▲  │
 *                     └──┘  └─ the last waiting caller is cancelled ─► cancelled: forgotten, cleans up
 *                     join
 *
 * - A flight is in the map only while it is in flight, so a later caller starts a new one.
 * - The operation runs under a `Call` of its own without a timeout, so that the end of one caller does not end it for the
 *   others. It cannot run forever unnoticed: each caller waits with its own timeout, and the last one to leave cancels it.
 * - The last caller to leave waits for the operation's cleanup, so no cleanup outlives the calls.
 */
import { CloudError, type Operation } from '@isobar/core/provider';
import { Call } from './call.ts';
import { driveAsync, type PerformAsync } from './drive.ts';
import { orCancelled } from './perform.ts';

/** A shared operation and the number of callers that wait for it. */
interface Flight {
  readonly call: Call;
  readonly outcome: Promise<unknown>;
  waiting: number;
}

/** The running shared operations of one runner, by owner. */
export class Flights {
  readonly #flights = new WeakMap<object, Flight>();

  /** Waits for the owner's running operation; if there is none, drives this one. */
  async join(owner: object, operation: Operation<unknown>, perform: PerformAsync, call: Call): Promise<unknown> {
    const flight = this.#flights.get(owner) ?? this.#start(owner, operation, perform, call);
    flight.waiting += 1;
    try {
      return await orCancelled(flight.outcome, call);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) await this.#end(owner, flight);
    }
  }

  #start(owner: object, operation: Operation<unknown>, perform: PerformAsync, firstCaller: Call): Flight {
    const call = new Call(0, firstCaller.trace);
    const outcome = driveAsync(operation, perform, call);
    const flight = { call, outcome, waiting: 0 };
    this.#flights.set(owner, flight);
    const forget = (): void => this.#forget(owner, flight);
    outcome.then(forget, forget);
    return flight;
  }

  /** Called by the last caller to leave: cancels the operation, if it still runs, and waits for its cleanup. */
  async #end(owner: object, flight: Flight): Promise<void> {
    this.#forget(owner, flight);
    flight.call.cancel(new CloudError('aborted', 'all callers of the shared operation were cancelled'));
    await flight.outcome.catch(() => {});
    flight.call.end();
  }

  #forget(owner: object, flight: Flight): void {
    if (this.#flights.get(owner) === flight) this.#flights.delete(owner);
  }
}
