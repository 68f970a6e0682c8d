/** Operations on reports: long-running work in the cloud, which continues when the process that started it ends. */
import {
  CloudError,
  type CreateOptions,
  clientTokenOf,
  idOf,
  type Operation,
  type PollOptions,
  type PollResult,
  pollUntil,
} from '@isobar/core/provider';
import { type TestReport, TestReportState } from './models.ts';
import { type Scope, send } from './requests.ts';
import { readReport } from './wire/reports.ts';

/** A report, given as its id or as a model. */
export type ReportReference = string | { readonly id: string };

/** Options of `exWaitForReport`. Default `timeoutMs`: 600,000 (ten minutes). */
export interface WaitForReportOptions extends PollOptions {
  /** Called after each poll. An exception from it ends the wait. */
  readonly onProgress?: (report: TestReport) => void;
}

/** The text of the account's report. One exchange; the cloud responds when the report is written. */
export function* reportData(scope: Scope): Operation<string> {
  const home = { ...scope, region: undefined };
  const { body } = yield* send(home, { method: 'GET', path: '/report_data', idempotent: true });
  return new TextDecoder().decode(body);
}

/** Starts a report. One exchange; all attempts send the same token. */
export function* createReport(scope: Scope, options: CreateOptions = {}): Operation<TestReport> {
  const json = { client_token: yield* clientTokenOf(options) };
  const { body } = yield* send(scope, { method: 'POST', path: '/reports', json, idempotent: true });
  return readReport(body);
}

/** Gets a report with its progress. One exchange. */
export function* getReport(scope: Scope, report: ReportReference): Operation<TestReport> {
  const { body } = yield* send(scope, { method: 'GET', path: pathOf(report), idempotent: true });
  return readReport(body);
}

/** Waits for a report. One exchange at once and one after each pause. */
export function* waitForReport(
  scope: Scope,
  report: ReportReference,
  options: WaitForReportOptions = {},
): Operation<TestReport> {
  let latest: TestReport | undefined;
  function* poll(): Operation<PollResult<TestReport>> {
    const current = yield* getReport(scope, report);
    const changed = current.percent !== latest?.percent;
    latest = current;
    options.onProgress?.(current);
    if (current.state === TestReportState.DONE) return { done: true, result: current };
    if (current.state === TestReportState.FAILED || current.state === TestReportState.CANCELLED) {
      throw new CloudError('wrong-state', `report ${current.id} is ${current.state}`, { state: current.state });
    }
    return { done: false, changed };
  }
  return yield* pollUntil(poll, options, (timeoutMs) => {
    const progress = latest ? `${latest.state}, ${latest.percent} %` : 'no response';
    return new CloudError(
      'timeout',
      `report ${idOf(report, 'report')} was not done within ${timeoutMs} ms: ${progress}`,
    );
  });
}

/** Cancels a report. One exchange. */
export function* cancelReport(scope: Scope, report: ReportReference): Operation<void> {
  yield* send(scope, { method: 'DELETE', path: pathOf(report), idempotent: true });
}

function pathOf(report: ReportReference): string {
  return `/reports/${encodeURIComponent(idOf(report, 'report'))}`;
}
