/**
 * Drives operations without I/O: a scripted service answers, files are in memory, and sleeping only advances a clock.
 *
 * Everything runs synchronously and in a known order, so a test can cancel at any step and choose which of several
 * parallel exchanges is answered first.
 */
import { constants, gunzipSync } from 'node:zlib';
import { type Algorithm, type Checksums, checksumOf } from '../src/checksums/checksums.ts';
import { CloudError } from '../src/errors.ts';
import { type HttpRequest, type HttpResponse, isSuccess, type PassedBytes } from '../src/http.ts';
import type { Environment, Operation, Step, StepShape } from '../src/operation.ts';
import { type AnswerOrder, driveParallel } from './parallel.ts';
import { ScriptedDisk } from './scripted-disk.ts';
import { type Answer, ScriptError, ScriptedService } from './scripted-service.ts';
import { ScriptedSources } from './scripted-sources.ts';

/** Thrown by {@link ScriptedWorld.run} when a test has cancelled the operation. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

interface OpenStream {
  pieces: Uint8Array[];
  failure: CloudError | undefined;
  readonly passed: PassedBytes;
  isReleased: boolean;
}

/** Performs every step of an operation by script. */
export class ScriptedWorld {
  readonly service = new ScriptedService();
  readonly disk = new ScriptedDisk();
  readonly sources = new ScriptedSources();
  /** The clock, in milliseconds since 1970. Only sleeping advances it. */
  nowMs: number = Date.UTC(2026, 0, 15, 10, 30);
  /** Every sleep, in milliseconds. */
  readonly sleeps: number[] = [];
  /** The bytes that `entropy` returns, repeated as needed. */
  randomBytes: readonly number[] = [0x80];
  /** The environment of the operation's process. */
  environment: Environment = { variables: {}, homeFolder: '/home/jane', platform: 'linux' };
  /** Which of several pending exchanges is answered next. */
  answersFirst: AnswerOrder = 'oldest';
  /** Kinds of all steps, in order. */
  readonly steps: Step['kind'][] = [];
  readonly #streams = new Map<number, OpenStream>();
  readonly #failures = new Map<Step['kind'], Error[]>();
  #cancelBefore: ((step: StepShape) => boolean) | undefined;
  #isCancelled = false;
  #isCleaningUp = false;

  /** Drives an operation to its end. Throws what it throws, or {@link Cancelled}. */
  run<Result>(operation: Operation<Result>): Result {
    this.#isCancelled = false;
    const result = this.#drive(operation);
    if (this.#isCancelled) throw new Cancelled('the test cancelled the operation');
    return result;
  }

  /** Drives an operation to its end and returns what it threw. */
  failureOf(operation: Operation<unknown>): unknown {
    try {
      this.run(operation);
    } catch (failure) {
      if (failure instanceof ScriptError) throw failure;
      return failure;
    }
    throw new ScriptError('the operation succeeded');
  }

  /** Cancels the next operation before the first matching step: throws {@link Cancelled} into it, and lets it clean up. */
  cancelBefore(matches: (step: StepShape) => boolean): void {
    this.#cancelBefore = matches;
  }

  /** Makes the next step of a kind fail. */
  failNext(kind: Step['kind'], failure: Error): void {
    this.#failures.set(kind, [...(this.#failures.get(kind) ?? []), failure]);
  }

  /** The number of response streams that have been neither read to the end nor released. */
  get openStreams(): number {
    return [...this.#streams.values()].filter(({ isReleased }) => !isReleased).length;
  }

  #drive<Result>(operation: Operation<Result>): Result {
    let next = operation.next();
    while (!next.done) {
      let reply: unknown;
      try {
        reply = this.#perform(next.value);
      } catch (failure) {
        if (failure instanceof ScriptError) throw failure;
        next = operation.throw(failure);
        continue;
      }
      next = operation.next(reply);
    }
    return next.value;
  }

  #perform(step: Step): unknown {
    this.steps.push(step.kind);
    if (this.#cancelBefore?.(step)) {
      this.#cancelBefore = undefined;
      this.#isCancelled = true;
      throw new Cancelled('cancelled here');
    }
    if (step.isCleanup) return this.#cleanUp(step);
    if (this.#isCancelled && !this.#isCleaningUp) throw new Cancelled('cancelled before');
    return this.#performOne(step);
  }

  /** Performs a cleanup step, and all steps inside it, even after a cancellation. */
  #cleanUp(step: Step): unknown {
    const before = this.#isCleaningUp;
    this.#isCleaningUp = true;
    try {
      return this.#performOne(step);
    } finally {
      this.#isCleaningUp = before;
    }
  }

  #performOne(step: Step): unknown {
    const failure = this.#failures.get(step.kind)?.shift();
    if (failure) throw failure;
    switch (step.kind) {
      case 'exchange':
        return this.#exchange(step.request);
      case 'sleep':
        this.sleeps.push(step.milliseconds);
        this.nowMs += step.milliseconds;
        return undefined;
      case 'clock':
        return this.nowMs;
      case 'entropy':
        return Uint8Array.from(
          { length: step.byteCount },
          (_, index) => this.randomBytes[index % this.randomBytes.length] ?? 0,
        );
      case 'parallel':
        return driveParallel(
          step.operations,
          step.limit,
          this.answersFirst,
          (inner) => this.#perform(inner),
          (request) => this.service.isSilentFor(request),
        );
      case 'stat':
        return this.disk.stat(step.path);
      case 'readFile':
        return this.disk.readWhole(step.path, step.maxBytes);
      case 'environment':
        return this.#environment(step.names);
      case 'invoke':
        return (step.fn as (...args: readonly unknown[]) => unknown)(...step.args);
      case 'share':
        return this.#share(step.operation);
      case 'makeFolders':
        return this.disk.makeFolders(step.folder, step.names);
      case 'checksums':
        return checksumsOf(this.disk.read(step.range), step.algorithms);
      case 'listFolder':
        return this.disk.list(step.path, step.after);
      case 'readRange':
        return this.disk.read(step.range);
      case 'write':
        return this.disk.write(step.file, step.startBytes, step.bytes);
      case 'stage':
        return this.disk.stage(step.destinationPath);
      case 'publish':
        return this.disk.publish(step.file, step.overwrite, step.sizeBytes);
      case 'discard':
        return this.disk.discard(step.file);
      case 'pull':
        return this.sources.pull(step.source, step.byteCount);
      case 'read':
        return this.#read(step.stream.stream);
      case 'passed':
        return this.#stream(step.stream.stream).passed;
      case 'release':
        if ('stream' in step.resource) this.#stream(step.resource.stream).isReleased = true;
        else this.sources.release(step.resource);
        return undefined;
    }
  }

  #environment(names: readonly string[]): Environment {
    const { variables } = this.environment;
    return { ...this.environment, variables: Object.fromEntries(names.map((name) => [name, variables[name]])) };
  }

  /** Drives the operation immediately: here, no other operation can join while it runs. */
  #share(operation: Operation<unknown>): unknown {
    const result = this.#drive(operation);
    if (this.#isCancelled && !this.#isCleaningUp) throw new Cancelled('cancelled while it was shared');
    return result;
  }

  #exchange(request: HttpRequest): HttpResponse {
    const sent = this.#sent(request);
    const answer = this.service.take(request);
    const { headers = {}, status = 200 } = answer;
    const body = typeof answer.body === 'string' ? new TextEncoder().encode(answer.body) : answer.body;
    const sink = isSuccess(status) ? request.sink : undefined;
    const raw = (body ?? new Uint8Array(0)).slice(0, answer.breaksAfterBytes);
    const isDecoded = isSuccess(status) && request.decode !== undefined && headers['content-encoding'] === 'gzip';
    const arrived = isDecoded ? new Uint8Array(gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH })) : raw;
    const checksums = checksumsOf(raw, request.checksums);
    const decoded = { sizeBytes: raw.length, checksums, decodedBytes: arrived.length };
    const broken = brokenBy(answer);
    const empty = { status, headers, body: new Uint8Array(0) };
    if (sink?.kind === 'stream')
      return { ...empty, stream: { stream: this.#open(arrived, answer.pieceBytes, broken, decoded) } };
    if (sink?.kind === 'file') {
      this.disk.write(sink.file, sink.startBytes, arrived);
      if (raw.length > 0) request.onProgress?.(raw.length);
      const passed = isDecoded ? decoded : { sizeBytes: arrived.length, checksums };
      return { ...empty, passed, ...(broken && { interrupted: { code: broken.code, message: broken.message } }) };
    }
    if (broken) throw broken;
    if (arrived.length > 0 && isSuccess(status) && !sent) request.onProgress?.(arrived.length);
    if (isDecoded) return { status, headers, body: arrived, passed: decoded };
    return { status, headers, body: arrived, ...(sent && { passed: answer.sent ?? sent }) };
  }

  /** Size and checksum of a file body. */
  #sent({ body, checksums, onProgress }: HttpRequest): PassedBytes | undefined {
    if (body === undefined || body instanceof Uint8Array) return undefined;
    const bytes = this.disk.read(body);
    if (bytes.length > 0) onProgress?.(bytes.length);
    return { sizeBytes: bytes.length, checksums: checksumsOf(bytes, checksums) };
  }

  #open(
    bytes: Uint8Array,
    pieceBytes = Math.max(1, bytes.length),
    failure: CloudError | undefined,
    passed: PassedBytes,
  ): number {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.slice(at, at + pieceBytes));
    const id = this.#streams.size + 1;
    this.#streams.set(id, { pieces, failure, passed, isReleased: false });
    return id;
  }

  #read(id: number): Uint8Array | undefined {
    const stream = this.#stream(id);
    const piece = stream.pieces.shift();
    if (piece || stream.isReleased) return piece;
    if (stream.failure) throw stream.failure;
    stream.isReleased = true;
    return undefined;
  }

  #stream(id: number): OpenStream {
    const stream = this.#streams.get(id);
    if (!stream) throw new ScriptError(`no stream ${id}`);
    return stream;
  }
}

function brokenBy({ breaksAfterBytes, breaksWith = 'network' }: Answer): CloudError | undefined {
  if (breaksAfterBytes === undefined) return undefined;
  return new CloudError(breaksWith, `the connection broke after ${breaksAfterBytes} bytes`);
}

function checksumsOf(bytes: Uint8Array, algorithms: readonly Algorithm[] = []): Checksums {
  return Object.fromEntries(algorithms.map((algorithm) => [algorithm, checksumOf(algorithm, bytes)]));
}
