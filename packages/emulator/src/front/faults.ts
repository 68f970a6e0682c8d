/**
 * Fault injection. A rule makes the next matching requests fail in a given way, and is used up as it is applied. Rules
 * come over the admin route, or with the request itself in `x-goog-emulator-instructions`.
 */
import type { IncomingMessage } from 'node:http';

/** The two services of the emulator. */
export type Service = 'storage' | 'compute';

/** A fault to inject. */
export type Fault =
  /**
   * Answers with this status instead of doing the work; with `afterBytes`, after that many bytes of the request's body.
   */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly afterBytes?: number;
    }
  /** Resets the connection: before the work (default), or after it, so that the response is lost. */
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /**
   * Sends the headers and `afterBytes` of the body, then breaks the connection; `chunked`: without a Content-Length.
   */
  | { readonly kind: 'cut'; readonly afterBytes?: number; readonly chunked?: boolean }
  /** Flips the first byte of the body. */
  | { readonly kind: 'corrupt' }
  /** Sends the headers and `afterBytes` of the body, then nothing; without `afterBytes` sends nothing at all. */
  | { readonly kind: 'stall'; readonly afterBytes?: number }
  /** Answers late. */
  | { readonly kind: 'delay'; readonly ms: number }
  | AnswerFault
  | AlterFault
  /** Sends the body in pieces of `pieceBytes`, with a pause after each. */
  | { readonly kind: 'drip'; readonly pieceBytes: number; readonly pauseMs: number }
  /** Answers as usual, then closes the connection without announcing it. */
  | { readonly kind: 'hangup' };

/** Answers with this instead of doing the work, as a proxy or a captive portal does. */
export interface AnswerFault {
  readonly kind: 'answer';
  readonly status: number;
  /** An array is sent as repeated headers. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Sends the body this many times in a row (default 1); `endless`: until the client disconnects. */
  readonly repeat?: number | 'endless';
}

/** Does the work and changes the response. */
export interface AlterFault {
  readonly kind: 'alter';
  readonly status?: number;
  /** Headers that replace the response's own: an array is sent as repeated headers, `null` removes one. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Shortens the body to this many bytes, and Content-Length with it. */
  readonly keepBytes?: number;
  /** Flips the first byte of the body. */
  readonly corrupt?: boolean;
  /** Sent after the end of the body, beyond what Content-Length declares. */
  readonly excess?: string;
}

/** A failure in the middle of a request's body: reads `afterBytes`, then answers with this status. */
export interface BodyFault {
  readonly afterBytes: number;
  readonly status: number;
}

/** Which requests fail, how often, and how. Absent conditions match everything. */
export interface FaultRule {
  readonly service?: Service;
  readonly method?: string;
  /** The request target must start with this. */
  readonly path?: string;
  /** How many requests (default 1). */
  readonly times?: number;
  readonly fault: Fault;
}

/** The active rules. */
export interface Faults {
  add(rules: readonly FaultRule[]): void;
  clear(): void;
  /** Rules not used up, with their remaining times. */
  pending(): readonly FaultRule[];
  /** The fault for this request, if any. Uses its rule once. */
  take(service: Service, request: IncomingMessage): Fault | undefined;
}

/** An empty set of rules. */
export function createFaults(): Faults {
  let rules: { rule: FaultRule; left: number }[] = [];
  return {
    add(added) {
      rules.push(...added.map((rule) => ({ rule, left: rule.times ?? 1 })));
    },
    clear() {
      rules = [];
    },
    pending: () => rules.map(({ rule, left }) => ({ ...rule, times: left })),
    take(service, request) {
      const instruction = request.headers['x-goog-emulator-instructions'];
      if (typeof instruction === 'string') return faultOfInstruction(instruction);
      if (rules.length === 0) return undefined;
      const match = rules.find(({ rule }) => matches(rule, service, request));
      if (match === undefined) return undefined;
      match.left--;
      if (match.left <= 0) rules = rules.filter((entry) => entry !== match);
      return match.rule.fault;
    },
  };
}

function matches(rule: FaultRule, service: Service, request: IncomingMessage): boolean {
  if (rule.service !== undefined && rule.service !== service) return false;
  if (rule.method !== undefined && rule.method.toUpperCase() !== request.method) return false;
  return rule.path === undefined || (request.url ?? '').startsWith(rule.path);
}

const QUARTER_MIB = 256 * 1024;

/** The instructions of Google's storage testbench that apply to one request. */
function faultOfInstruction(instruction: string): Fault | undefined {
  if (instruction === 'return-broken-stream') return { kind: 'cut', afterBytes: 0 };
  if (instruction === 'return-broken-stream-after-256K') return { kind: 'cut', afterBytes: QUARTER_MIB };
  if (instruction === 'return-corrupted-data') return { kind: 'corrupt' };
  if (instruction === 'return-reset-connection') return { kind: 'reset' };
  if (instruction === 'stall-always') return { kind: 'stall' };
  if (instruction === 'stall-at-256KiB') return { kind: 'stall', afterBytes: QUARTER_MIB };
  const [, status, late] = /^return-(\d{3})(-after-256K)?$/.exec(instruction) ?? [];
  if (status === undefined) return undefined;
  return { kind: 'status', status: Number(status), ...(late === undefined ? {} : { afterBytes: QUARTER_MIB }) };
}

const kinds = ['status', 'reset', 'cut', 'corrupt', 'stall', 'delay', 'answer', 'alter', 'drip', 'hangup'];

/** The types of the fields of a rule and of its fault. */
const types: Readonly<Record<string, string>> = {
  service: 'string',
  method: 'string',
  path: 'string',
  times: 'number',
  status: 'number',
  retryAfterSeconds: 'number',
  afterBytes: 'number',
  when: 'string',
  chunked: 'boolean',
  ms: 'number',
  headers: 'object',
  body: 'string',
  keepBytes: 'number',
  corrupt: 'boolean',
  excess: 'string',
  pieceBytes: 'number',
  pauseMs: 'number',
};

function checkTypes(index: number, place: string, holder: object): void {
  for (const [field, value] of Object.entries(holder)) {
    const type = Object.hasOwn(types, field) ? types[field] : undefined;
    if (type === undefined || (typeof value === type && value !== null)) continue;
    throw new Error(`Rule ${index}: "${place}${field}" must be of type ${type}.`);
  }
}

/** Reads rules from JSON; throws an `Error` that names what is wrong. */
export function parseFaultRules(json: string): readonly FaultRule[] {
  const value: unknown = JSON.parse(json);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, rule] of list.entries()) {
    const fault = typeof rule === 'object' && rule !== null && 'fault' in rule ? rule.fault : undefined;
    const kind = typeof fault === 'object' && fault !== null && 'kind' in fault ? fault.kind : undefined;
    if (typeof kind !== 'string' || !kinds.includes(kind)) {
      throw new Error(`Rule ${index}: "fault.kind" must be one of ${kinds.join(', ')}.`);
    }
    checkTypes(index, '', rule as object);
    checkTypes(index, 'fault.', fault as object);
    for (const [field, wanted] of [
      ['status', 'status'],
      ['status', 'answer'],
      ['ms', 'delay'],
      ['pieceBytes', 'drip'],
      ['pauseMs', 'drip'],
    ] as const) {
      const number = (fault as Record<string, unknown>)[field];
      if (kind === wanted && !(typeof number === 'number' && number >= 0)) {
        throw new Error(`Rule ${index}: "fault.${field}" must be a number.`);
      }
    }
  }
  return list as readonly FaultRule[];
}
