/**
 * Operations that several callers wait for together, asynchronously. In a blocking call only operations of one
 * `parallel` can want the same thing at the same time; see `blocking/overlap.ts`.
 */
import { CloudError, type Operation } from '@isobar/core/provider';
import { Call } from './call.ts';
import { driveAsync, type PerformAsync } from './drive.ts';
import { orCancelled } from './perform.ts';

/** An operation under way, and how many wait for it. */
interface Flight {
  /** Its own, so that no caller's end is its end; without a time limit, because each who waits has one. */
  readonly call: Call;
  readonly outcome: Promise<unknown>;
  waiting: number;
}

/** The shared operations of one runner that are under way, by owner. */
export class Flights {
  readonly #flights = new WeakMap<object, Flight>();

  /** Waits for the operation of an owner: the one under way, else this one, which is driven then. */
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

  #start(owner: object, operation: Operation<unknown>, perform: PerformAsync, asker: Call): Flight {
    const call = new Call(0, asker.trace);
    const outcome = driveAsync(operation, perform, call);
    const flight = { call, outcome, waiting: 0 };
    this.#flights.set(owner, flight);
    const landed = (): void => this.#forget(owner, flight);
    outcome.then(landed, landed);
    return flight;
  }

  /** Nobody waits any more: whoever left last sees to it that the operation has cleaned up. */
  async #end(owner: object, flight: Flight): Promise<void> {
    this.#forget(owner, flight);
    flight.call.cancel(new CloudError('aborted', 'nobody waits for the shared operation any more'));
    await flight.outcome.catch(() => {});
    flight.call.end();
  }

  #forget(owner: object, flight: Flight): void {
    if (this.#flights.get(owner) === flight) this.#flights.delete(owner);
  }
}
