/**
 * Reports: one slow call, and a long operation that any process can poll.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { timestamp } from './cloud/clock.ts';
import type { ReportDetail } from './cloud/details.ts';
import { type Resource, stateAt } from './cloud/resources.ts';
import { createdBefore, requestHash } from './routing/client-tokens.ts';
import { Problem } from './routing/problem.ts';
import {
  type Answer,
  type Call,
  clientTokenSchema,
  durationSchema,
  found,
  type Route,
  timeSchema,
} from './routing/route.ts';
import { objectSchema, type Schema } from './routing/schema.ts';

const TEXT = 'Around the ragged rocks, the ragged rascal ran. \r\n';
/** The longest delay that a request can ask for. */
const MAX_DELAY_MS = 60_000;

function reportDocument(report: Resource<ReportDetail>, nowMs: number): object {
  const { id, createdMs, detail } = report;
  const state = stateAt(report, nowMs);
  return {
    id,
    state,
    percent: detail.percent ?? percentAt(report, nowMs),
    ...(state === 'DONE' && { text: TEXT }),
    created_at: timestamp(createdMs),
  };
}

function percentAt({ createdMs, next }: Resource<ReportDetail>, nowMs: number): number {
  if (next === undefined || next.atMs <= nowMs) return 100;
  return Math.floor((100 * (nowMs - createdMs)) / (next.atMs - createdMs));
}

/** The schema of a report. */
export const reportSchema: Schema = objectSchema(
  {
    id: { type: 'string' },
    state: { type: 'string', enum: ['RUNNING', 'DONE', 'FAILED', 'CANCELLED'] },
    percent: { type: 'integer', minimum: 0, maximum: 100 },
    created_at: timeSchema,
  },
  { text: { type: 'string', description: 'When DONE.' } },
);

const report: Schema = { $ref: '#/components/schemas/Report' };

/** The routes of reports. */
export const reportRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/report_data',
    operationId: 'getReportData',
    summary: 'The text of the report, in one request that takes as long as the report.',
    query: { 'delay-ms': { type: 'integer', minimum: 0, maximum: MAX_DELAY_MS, description: 'Real milliseconds.' } },
    replies: { 200: { description: 'Plain text.' } },
    async answer({ cloud, query }) {
      await sleep((query['delay-ms'] as number | undefined) ?? cloud.durations.reportMs);
      return { status: 200, text: TEXT };
    },
  },
  {
    method: 'POST',
    path: '/reports',
    operationId: 'createReport',
    summary: 'Starts a report. With a `client_token`, repeating the request does not start a second one.',
    body: objectSchema(
      {},
      {
        client_token: clientTokenSchema,
        simulate: {
          ...objectSchema({}, { outcome: { type: 'string', enum: ['done', 'failed'] }, report_ms: durationSchema }),
          description: 'The outcome of this report, for tests.',
        },
      },
    ),
    replies: {
      200: { description: 'The report that this request started before.', schema: report },
      201: { description: 'The report, RUNNING.', schema: report },
    },
    refuses: ['client-token-reused'],
    answer: createReport,
  },
  {
    method: 'GET',
    path: '/reports/{id}',
    operationId: 'getReport',
    summary: 'The progress of a report, and its text once it is DONE.',
    replies: { 200: { description: 'The report.', schema: report } },
    answer: (call) => ({ status: 200, value: reportDocument(reportOf(call), call.nowMs) }),
  },
  {
    method: 'DELETE',
    path: '/reports/{id}',
    operationId: 'cancelReport',
    summary: 'Cancels a report that is RUNNING.',
    replies: { 200: { description: 'The report, CANCELLED.', schema: report } },
    refuses: ['wrong-state'],
    answer: cancelReport,
  },
];

function reportOf({ cloud, region, params, nowMs }: Call): Resource<ReportDetail> {
  const { id = '' } = params;
  return found(cloud.reports.find(region.id, id, nowMs), `report ${id} in region ${region.id}`);
}

interface Creation {
  readonly client_token?: string;
  readonly simulate?: { readonly outcome?: 'done' | 'failed'; readonly report_ms?: number };
}

function createReport(call: Call): Answer {
  const { cloud, region, nowMs } = call;
  const body = call.body as Creation;
  const token = body.client_token;
  const known = createdBefore(call, cloud.reports, token);
  if (known !== undefined) return { status: 200, value: reportDocument(known, nowMs) };
  const { outcome = 'done', report_ms = cloud.durations.reportMs } = body.simulate ?? {};
  const made = cloud.reports.insert({
    region: region.id,
    name: '',
    createdMs: nowMs,
    state: 'RUNNING',
    next: { atMs: nowMs + report_ms, state: outcome === 'done' ? 'DONE' : 'FAILED' },
    token,
    detail: token === undefined ? {} : { requestHash: requestHash(call) },
  });
  return { status: 201, value: reportDocument(made, nowMs) };
}

function cancelReport(call: Call): Answer {
  const { cloud, nowMs } = call;
  const known = reportOf(call);
  const state = stateAt(known, nowMs);
  if (state === 'CANCELLED') return { status: 200, value: reportDocument(known, nowMs) };
  if (state !== 'RUNNING') throw new Problem('wrong-state', `Report ${known.id} is ${state}, not RUNNING.`);
  const detail = { ...known.detail, percent: percentAt(known, nowMs) };
  const cancelled = cloud.reports.update({ ...known, state: 'CANCELLED', next: undefined, detail });
  return { status: 200, value: reportDocument(cancelled, nowMs) };
}
