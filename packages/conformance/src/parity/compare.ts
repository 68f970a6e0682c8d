/** Runs scripts in every driver, and compares the requests that the server saw and the outcomes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCloudError } from '@isobar/core';
import { expect } from 'vitest';
import type { Capability } from '../capabilities.ts';
import type { DriverMembers, DriverUnderTest } from '../driver.ts';
import { checkingKinds } from '../kind.ts';
import { fastRetry } from '../kit.ts';
import type { FaultControl, LoggedRequest, RequestLog } from '../test-server.ts';
import type { Scene, Script } from './script.ts';

/** The drivers to compare, and their server. */
export interface ComparisonSetup<Driver extends DriverMembers> {
  /** The first one is what the others are compared with. */
  readonly drivers: readonly DriverUnderTest<Driver>[];
  readonly server: { readonly requests: RequestLog; readonly faults?: FaultControl };
  /** Removes from a request's target what differs between runs. */
  readonly normalise: (target: string) => string;
  readonly scene: Omit<Scene<Driver>, 'folder' | 'open'>;
  /** Removes what a script made. */
  readonly tidy: (driver: Driver) => Promise<void>;
}

/** One driver's part of a comparison. */
interface Transcript {
  /** Method, target, status and signed headers of each request. */
  readonly exchanges: readonly string[];
  /** What the script returned, or how it failed. */
  readonly outcome: unknown;
}

/** Compares drivers, script by script. */
export class Comparison<Driver extends DriverMembers> {
  readonly #setup: ComparisonSetup<Driver>;
  readonly #drivers: readonly DriverUnderTest<Driver>[];
  readonly #opened = new Map<DriverUnderTest<Driver>, Driver>();
  readonly #called = new Set<string>();

  constructor(setup: ComparisonSetup<Driver>) {
    this.#setup = setup;
    this.#drivers = checkingKinds(setup.drivers, (name) => this.#called.add(name));
  }

  /** Runs a script in every driver. Fails when one differs from the first, or answers in the wrong kind. */
  async run(script: Script<Driver>): Promise<void> {
    let reference: Transcript | undefined;
    for (const under of this.#drivers) {
      const transcript = await this.#transcribe(script, under);
      const name = `${under.design} × ${under.kind}`;
      reference ??= transcript;
      expect(transcript.exchanges, `exchanges of ${name}`).toEqual(reference.exchanges);
      expect(transcript.outcome, `outcome of ${name}`).toEqual(reference.outcome);
    }
  }

  /** Whether every driver declares a capability. */
  declares(capability: Capability): boolean {
    return this.#drivers.every((under) => this.#driverOf(under).provider.capabilities[capability]);
  }

  /** Methods that some driver has and another lacks, with that one: `mixin × async lacks getObject`. */
  differences(): readonly string[] {
    const names = new Set(this.#drivers.flatMap((under) => methodsOf(this.#driverOf(under))));
    return this.#drivers.flatMap((under) => {
      const driver = this.#driverOf(under);
      const lacking = [...names].filter((name) => typeof Reflect.get(driver, name) !== 'function');
      return lacking.map((name) => `${under.design} × ${under.kind} lacks ${name}`);
    });
  }

  /** Names of methods that some driver has and that no script has called so far. */
  uncalled(): readonly string[] {
    const names = this.#drivers.flatMap((under) => methodsOf(this.#driverOf(under)));
    return [...new Set(names)].filter((name) => !this.#called.has(name)).toSorted();
  }

  async close(): Promise<void> {
    for (const driver of this.#opened.values()) await driver.close();
  }

  #driverOf(under: DriverUnderTest<Driver>): Driver {
    const driver = this.#opened.get(under) ?? under.open(fastRetry);
    this.#opened.set(under, driver);
    return driver;
  }

  /** Runs one script in one driver, and records what the server saw. */
  async #transcribe(script: Script<Driver>, under: DriverUnderTest<Driver>): Promise<Transcript> {
    const { normalise, scene, server, tidy } = this.#setup;
    const { faults, requests } = server;
    const driver = this.#driverOf(under);
    const folder = await mkdtemp(join(tmpdir(), 'isobar-parity-'));
    const others: Driver[] = [];
    const open = (options: Readonly<Record<string, unknown>>): Driver => {
      const other = under.open(options);
      others.push(other);
      return other;
    };
    const full: Scene<Driver> = { ...scene, folder, open };
    try {
      await script.prepare?.(driver, full);
      await requests.clear();
      if (script.faults) await faults?.inject(script.faults.fault, script.faults.times);
      const outcome = await outcomeOf(async () => await script.run(driver, full));
      const exchanges = (await requests.read()).map((request) => lineOf(request, normalise));
      return { exchanges: script.unordered ? exchanges.toSorted() : exchanges, outcome };
    } finally {
      await faults?.clear();
      for (const other of others) await other.close();
      await tidy(driver);
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Names of a driver's methods. A method in both kinds counts once. */
function methodsOf(driver: object): readonly string[] {
  const names = Object.entries(driver).flatMap(([name, member]) => (typeof member === 'function' ? [name] : []));
  return names.map((name) => name.replace(/Async$/, '')).filter((name) => name !== 'close');
}

function lineOf(request: LoggedRequest, normalise: (target: string) => string): string {
  const signed = request.signedHeaders ? ` signed: ${request.signedHeaders.join(' ')}` : '';
  return `${request.method} ${normalise(request.target)} ${request.status}${signed}`;
}

/** The result, or the parts of a failure that are the same in every driver. */
async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    const { requestId: _, ...details } = failure.details;
    return { code: failure.code, message: failure.message, details, hasCause: failure.cause !== undefined };
  }
}
