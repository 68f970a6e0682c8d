/** Operations on reports: the cloud's long work, which outlives the process that asked for it. */
import {
  CloudError,
  type CreateOptions,
  idOf,
  type Look,
  type Operation,
  type PollOptions,
  pollUntil,
} from '@isobar/core/provider';
import { type TestReport, TestReportState } from './models.ts';
import { type Scope, send, tokenOf } from './requests.ts';
import { readReport } from './wire/reports.ts';

/** A report as its id or as what a method returned. */
export type ReportReference = string | { readonly id: string };

/** How to wait for a report. Default `timeoutMs`: 600,000 (ten minutes). */
export interface WaitForReportOptions extends PollOptions {
  /** Called after each look. What it throws ends the wait. */
  readonly onProgress?: (report: TestReport) => void;
}

/** The text of the account's report, once it is written. One exchange, which takes as long as that. */
export function* reportData(scope: Scope): Operation<string> {
  const home = { ...scope, region: undefined };
  const { body } = yield* send(home, { method: 'GET', path: '/report_data', idempotent: true });
  return new TextDecoder().decode(body);
}

/** Begins a report. One exchange; every try has the same token. */
export function* createReport(scope: Scope, options: CreateOptions = {}): Operation<TestReport> {
  const json = { client_token: yield* tokenOf(options) };
  const { body } = yield* send(scope, { method: 'POST', path: '/reports', json, idempotent: true });
  return readReport(body);
}

/** How far a report is. One exchange. */
export function* getReport(scope: Scope, report: ReportReference): Operation<TestReport> {
  const { body } = yield* send(scope, { method: 'GET', path: pathOf(report), idempotent: true });
  return readReport(body);
}

/** Waits for a report. One exchange at once and after each pause. */
export function* waitForReport(
  scope: Scope,
  report: ReportReference,
  options: WaitForReportOptions = {},
): Operation<TestReport> {
  let latest: TestReport | undefined;
  function* look(): Operation<Look<TestReport>> {
    const seen = yield* getReport(scope, report);
    const changed = seen.percent !== latest?.percent;
    latest = seen;
    options.onProgress?.(seen);
    if (seen.state === TestReportState.DONE) return { done: true, result: seen };
    if (seen.state === TestReportState.FAILED || seen.state === TestReportState.CANCELLED) {
      throw new CloudError('wrong-state', `report ${seen.id} is ${seen.state}`, { state: seen.state });
    }
    return { done: false, changed };
  }
  return yield* pollUntil(look, options, (timeoutMs) => {
    const far = latest ? `${latest.state}, ${latest.percent} %` : 'not seen';
    return new CloudError('timeout', `report ${idOf(report, 'report')} was not done within ${timeoutMs} ms: ${far}`);
  });
}

/** Gives a report up. One exchange. */
export function* cancelReport(scope: Scope, report: ReportReference): Operation<void> {
  yield* send(scope, { method: 'DELETE', path: pathOf(report), idempotent: true });
}

function pathOf(report: ReportReference): string {
  return `/reports/${encodeURIComponent(idOf(report, 'report'))}`;
}
