/**
 * The closed set of steps, in four families. Only the functions in this folder make steps: the `Step` type is sealed, so any
 * other `yield` does not compile. Each function has the one cast for the type of its reply.
 *
 * | family | asks for | performed |
 * | --- | --- | --- |
 * | HTTP | requests, and the response streams that they open | by the worker of a blocking call |
 * | system | files, programs, waiting | by the worker of a blocking call |
 * | local | time, randomness, the environment, modules, the caller's functions and sources | on the calling thread |
 * | flow | other operations | by the engine |
 */
import type { FileShape } from './file-steps.ts';
import type { FlowShape } from './flow-steps.ts';
import type { HttpShape } from './http-steps.ts';
import type { LocalShape } from './local-steps.ts';
import type { SystemShape } from './system-steps.ts';

declare const sealed: unique symbol;

/** All kinds of steps, with what is needed to perform them. */
export type StepShape = HttpShape | SystemShape | LocalShape | FlowShape;

type Sealed<Shape> = Shape & {
  /** Set by `cleanUp`: the step is performed even if the call has been cancelled. */
  readonly isCleanup?: true;
  readonly [sealed]: true;
};

/** A step for a server, or for a response stream that a server's answer opened. */
export type HttpStep = Sealed<HttpShape>;

/** A step for a local file. */
export type FileStep = Sealed<FileShape>;

/** A step for the operating system: its files, programs and timers. */
export type SystemStep = Sealed<SystemShape>;

/** A step that needs the calling thread, or that is not worth a message to another one. */
export type LocalStep = Sealed<LocalShape>;

/** A step that runs other operations. */
export type FlowStep = Sealed<FlowShape>;

/** A step that may be sent to the worker of a blocking call: plain data, except for an exchange's progress function. */
export type WorkerStep = HttpStep | SystemStep;

/** A step that contains no operations. */
export type SingleStep = WorkerStep | LocalStep;

/** One request for I/O, time, randomness or scheduling. */
export type Step = SingleStep | FlowStep;

/** Makes a step of a shape. Only for the functions in this folder. */
export function seal(shape: StepShape): Step {
  return shape as Step;
}
