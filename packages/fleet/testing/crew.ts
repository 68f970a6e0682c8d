/** The members of a fleet as processes, between two buckets of an emulator, and what became of the objects. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AsyncStorageDriver } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { type Emulator, type EmulatorOptions, startEmulator } from '@isobar/emulator';
import { Fleet, redisQueue } from '@isobar/fleet';
import { googleStorage } from '@isobar/storage-google';
import type { Member } from './member.ts';

const program = fileURLToPath(new URL('member.ts', import.meta.url));

/** A line that a member prints. */
export type MemberEvent = Readonly<Record<string, unknown>>;

/** A member that runs. */
export interface Running {
  readonly process: ChildProcess;
  /** What it has printed. */
  readonly events: MemberEvent[];
  /** Resolves with the exit code, or the signal. */
  readonly ended: Promise<number | string>;
}

/** A fleet of processes. */
export class Crew implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly driver: AsyncStorageDriver & { close(): Promise<void> };
  readonly #queue: string;
  readonly #members: Running[] = [];
  /** Called with each line of each member. */
  onEvent: (event: MemberEvent) => void = () => {};

  private constructor(emulator: Emulator, queue: string) {
    const { accessKey: key, secret, storage: endpoint } = emulator;
    this.emulator = emulator;
    this.driver = connect(googleStorage, { key, secret, endpoint, async: true });
    this.#queue = queue;
  }

  /** Starts an emulator with objects to copy. */
  static async open(queue: string, objects: number, options: EmulatorOptions = {}): Promise<Crew> {
    const crew = new Crew(await startEmulator(options), queue);
    await crew.driver.createContainer('source');
    await crew.driver.createContainer('target');
    await crew.emulator.addObjects({ bucket: 'source', count: objects, prefix: 'a/' });
    return crew;
  }

  /** Starts a member. */
  start(call: Member['call'], options: Partial<Member> = {}): Running {
    const { accessKey: key, secret, storage: endpoint } = this.emulator;
    const member: Member = { call, key, secret, endpoint, queue: this.#queue, ...options };
    const child = spawn(process.execPath, [program, JSON.stringify(member)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const events: MemberEvent[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as MemberEvent;
      events.push(event);
      this.onEvent(event);
    });
    const ended = once(child, 'close').then(([code, signal]) => (code as number | null) ?? (signal as string));
    const running = { process: child, events, ended };
    this.#members.push(running);
    return running;
  }

  /** The same plan, for this process. */
  fleet(): Fleet {
    return new Fleet({
      plan: { driver: this.driver, container: 'target', prefix: 'plans/one' },
      from: { driver: this.driver, container: 'source' },
      to: { driver: this.driver, container: 'target', prefix: 'copy' },
      queue: redisQueue(this.#queue),
    });
  }

  /** Resolves after so many chunks were finished by anyone. */
  async afterChunks(count: number): Promise<void> {
    let left = count;
    await new Promise<void>((resolve) => {
      this.onEvent = ({ chunk }) => {
        if (chunk === undefined) return;
        left -= 1;
        if (left === 0) resolve();
      };
    });
  }

  /** How often each copy was written, by its name. */
  async writes(): Promise<ReadonlyMap<string, number>> {
    const writes = new Map<string, number>();
    for (const { method, status, target } of await this.emulator.requests()) {
      const name = /^\/target\/copy\/([^?]+)/.exec(target)?.[1];
      if (method === 'PUT' && status === 200 && name) writes.set(name, (writes.get(name) ?? 0) + 1);
    }
    return writes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process: child } of this.#members) child.kill('SIGKILL');
    await Promise.all(this.#members.map(async ({ ended }) => await ended));
    await this.driver.close();
    await this.emulator.close();
  }
}
