/**
 * Drives operations without I/O: a scripted service answers, files are in memory, and sleeping only advances a clock.
 *
 * Everything runs synchronously and in a known order, so a test can cancel at any step and choose which of several
 * parallel exchanges is answered first.
 */
import { constants, gunzipSync } from 'node:zlib';
import {
  CloudError,
  type Environment,
  type FileActions,
  type FlowStep,
  type HttpRequest,
  type HttpResponse,
  isSuccess,
  makeTask,
  type Operation,
  type PassedBytes,
  type Performer,
  type Place,
  type ProgramOptions,
  type ProgramResult,
  placeOf,
  resume,
  type Scope,
  type SingleStep,
  type Step,
  type StepShape,
  type Task,
} from '../provider.ts';
import { checksumsOf, ScriptedDisk } from './scripted-disk.ts';
import { ScriptedScope } from './scripted-scope.ts';
import { type Answer, ScriptError, ScriptedService } from './scripted-service.ts';
import { ScriptedSources } from './scripted-sources.ts';

/** Thrown by {@link ScriptedWorld.run} when a test has cancelled the operation. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Which pending exchange is answered next. */
export type AnswerOrder = 'oldest' | 'newest';

/** A task and the step that it waits for. */
interface Pending {
  readonly task: Task;
  readonly step: SingleStep;
}

/** The kind of a step; of a file step, its action. */
export type StepName = Exclude<StepShape['kind'], 'file'> | keyof FileActions;

/** The name of a step. */
export function nameOf(step: StepShape): StepName {
  return step.kind === 'file' ? step.action : step.kind;
}

/** A program, as a function of its arguments. */
export type ScriptedProgram = (args: readonly string[], options: ProgramOptions) => ProgramResult;

interface OpenStream {
  pieces: Uint8Array[];
  failure: CloudError | undefined;
  readonly passed: PassedBytes;
  isReleased: boolean;
}

/**
 * Performs every step of an operation by script. Steps that need no service are performed first, in the order in which they
 * were yielded. Then one exchange at a time is answered. When only sleeps are left, the shortest one ends.
 */
export class ScriptedWorld implements Performer {
  readonly service: ScriptedService = new ScriptedService();
  readonly disk: ScriptedDisk = new ScriptedDisk();
  readonly sources: ScriptedSources = new ScriptedSources();
  /** The clock, in milliseconds since 1970. Only sleeping advances it. */
  nowMs: number = Date.UTC(2026, 0, 15, 10, 30);
  /** Every sleep, in milliseconds. */
  readonly sleeps: number[] = [];
  /** The bytes that `entropy` returns, repeated as needed. */
  randomBytes: readonly number[] = [0x80];
  /** The environment of the operation's process. */
  environment: Environment = { variables: {}, homeFolder: '/home/jane', platform: 'linux' };
  /** The modules that can be called, by specifier. Their functions return plain values. */
  readonly modules: Map<string, Readonly<Record<string, unknown>>> = new Map();
  /** The programs that can be run, by command. */
  readonly programs: Map<string, ScriptedProgram> = new Map();
  /** Which of several pending exchanges is answered next. */
  answersFirst: AnswerOrder = 'oldest';
  /** All steps, in order. */
  readonly steps: StepName[] = [];
  readonly #streams = new Map<number, OpenStream>();
  readonly #failures = new Map<StepName, Error[]>();
  #cancelBefore: ((step: StepShape) => boolean) | undefined;
  readonly flights: Performer['flights'] = new Map();
  #pending: Pending[] = [];
  /** The scope of the operation that runs. */
  #scope = new ScriptedScope();

  /** Drives an operation to its end. Throws what it throws, or {@link Cancelled}. */
  run<Result>(operation: Operation<Result>): Result {
    this.#scope = new ScriptedScope();
    this.#pending = [];
    const task = makeTask(operation, this, this.#scope);
    this.#proceed(task, resume(task, undefined));
    while (!task.hasEnded) this.#answerNext();
    if (this.#scope.failure) throw new Cancelled('the test cancelled the operation');
    if (task.hasFailed) throw task.value;
    return task.value as Result;
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

  /** Makes the next step of a name fail. */
  failNext(name: StepName, failure: Error): void {
    this.#failures.set(name, [...(this.#failures.get(name) ?? []), failure]);
  }

  /** The number of response streams that have been neither read to the end nor released. */
  get openStreams(): number {
    return [...this.#streams.values()].filter(({ isReleased }) => !isReleased).length;
  }

  /** For the engine: takes note of a step. */
  perform(task: Task, step: SingleStep): void {
    this.#pending.push({ task, step });
  }

  /** For the engine: takes note of a flow step. */
  enter(step: FlowStep, scope: Scope): Place {
    this.#note(step);
    return placeOf(step, scope, this);
  }

  #proceed(task: Task, step: SingleStep | undefined): void {
    if (step) this.perform(task, step);
  }

  /** Performs one of the steps that tasks wait for, and resumes its task. */
  #answerNext(): void {
    const next = this.#next();
    if (!next) throw new ScriptError('the remaining exchanges have no answer and nothing cancels them');
    this.#pending.splice(this.#pending.indexOf(next), 1);
    const { step, task } = next;
    let reply: unknown;
    let hasFailed = false;
    try {
      reply = this.#perform(task, step);
    } catch (failure) {
      if (failure instanceof ScriptError) throw failure;
      reply = failure;
      hasFailed = true;
    }
    this.#proceed(task, resume(task, reply, hasFailed));
  }

  #next(): Pending | undefined {
    const isCancelled = ({ task }: Pending): boolean => task.current.failure !== undefined;
    const exchanges = this.#pending.filter(
      ({ step }) => step.kind === 'exchange' && !this.service.isSilentFor(step.request),
    );
    return (
      this.#pending.find(isCancelled) ??
      this.#pending.find(({ step }) => step.kind !== 'exchange' && step.kind !== 'sleep') ??
      exchanges.at(this.answersFirst === 'oldest' ? 0 : -1) ??
      this.#pending.filter(({ step }) => step.kind === 'sleep').sort((one, other) => sleepMs(one) - sleepMs(other))[0]
    );
  }

  #perform(task: Task, step: SingleStep): unknown {
    if (!task.current.failure) this.#note(step);
    if (task.current.failure) throw task.current.failure;
    const failure = this.#failures.get(nameOf(step))?.shift();
    if (failure) throw failure;
    return this.#performOne(step);
  }

  /** Records a step, and cancels the operation if the test says so. */
  #note(step: Step): void {
    this.steps.push(nameOf(step));
    if (!this.#cancelBefore?.(step)) return;
    this.#cancelBefore = undefined;
    this.#scope.cancel(new CloudError('aborted', 'the test cancelled the operation'));
  }

  #performOne(step: SingleStep): unknown {
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
      case 'file':
        return (this.disk[step.action] as (...args: readonly unknown[]) => unknown).apply(this.disk, step.args);
      case 'environment':
        return this.#environment(step.names);
      case 'invoke':
        return (step.fn as (...args: readonly unknown[]) => unknown)(...step.args);
      case 'module':
        return step.calls.reduce<unknown>(
          (value, args) => (typeof value === 'function' ? value(...args) : value),
          this.#export(step.specifier, step.exportName),
        );
      case 'program':
        return this.#program(step.command)(step.args, step.options);
      case 'pull':
        return this.sources.pull(step.source, step.byteCount, step.field);
      case 'read':
        return this.#read(step.stream.stream);
      case 'passed':
        return this.#stream(step.stream.stream).passed;
      case 'release':
        this.#stream(step.stream.stream).isReleased = true;
        return undefined;
      case 'releaseSource':
        return this.sources.release(step.source);
    }
  }

  #export(specifier: string, exportName: string): unknown {
    const module = this.modules.get(specifier);
    if (!module) throw new CloudError('not-installed', `${specifier} is not installed`);
    if (!(exportName in module)) throw new CloudError('invalid-argument', `${specifier} has no export ${exportName}`);
    return module[exportName];
  }

  #program(command: string): ScriptedProgram {
    const program = this.programs.get(command);
    if (!program) throw new CloudError('invalid-argument', `${command} does not exist`);
    return program;
  }

  #environment(names: readonly string[]): Environment {
    const { variables } = this.environment;
    return { ...this.environment, variables: Object.fromEntries(names.map((name) => [name, variables[name]])) };
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
    const bytes = this.disk.readRange(body);
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

function sleepMs({ step }: Pending): number {
  return step.kind === 'sleep' ? step.milliseconds : 0;
}

function brokenBy({ breaksAfterBytes, breaksWith = 'network' }: Answer): CloudError | undefined {
  if (breaksAfterBytes === undefined) return undefined;
  return new CloudError(breaksWith, `the connection broke after ${breaksAfterBytes} bytes`);
}
