/** Reads reports into models. */
import { readJson } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { type TestReport, TestReportState } from '../models.ts';
import { readCreatedAt, readState } from './document.ts';

const wireReport = z.object({
  id: z.string(),
  state: z.string(),
  percent: z.number(),
  text: z.nullish(z.string()),
  created_at: z.string(),
});

/** One report. */
export function readReport(body: Uint8Array): TestReport {
  const wire = readJson(wireReport, body);
  return {
    id: wire.id,
    state: readState(TestReportState, wire.state),
    percent: wire.percent,
    ...(typeof wire.text === 'string' && { text: wire.text }),
    ...readCreatedAt(wire.created_at),
  };
}
