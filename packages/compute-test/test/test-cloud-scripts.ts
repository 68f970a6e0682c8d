/** Calls of the test cloud's own methods whose exchanges are compared. The cloud finishes every action at once. */
import type { AnyCompute, Script } from '@isobar/conformance';
import { type AnyTestCompute, testCloudOf } from './regions.ts';

function script(title: string, run: (cloud: AnyTestCompute) => unknown, more: object = {}): Script<AnyCompute> {
  return { title, ...more, run: (driver) => run(testCloudOf({ driver })) };
}

/** One script for each method, and for each way in which it is called or fails. */
export const testCloudScripts: readonly Script<AnyCompute>[] = [
  script('exListRegions', (cloud) => cloud.exListRegions()),
  script('exListNodesInRegions', (cloud) => cloud.exListNodesInRegions(['us-east', 'eu-west']), { unordered: true }),
  script('exListNodesInRegions of a missing region', async (cloud) => {
    const { answered, failed } = await cloud.exListNodesInRegions(['nowhere']);
    return [answered, failed.map(({ error, region }) => [region, error.code])];
  }),
  script('exReportData', (cloud) => cloud.exReportData()),
  script('exCreateReport, exWaitForReport, exGetReport', async (cloud) => {
    const { id } = await cloud.exCreateReport();
    const { percent, state, text } = await cloud.exWaitForReport(id, { pollIntervalMs: 10_000, timeoutMs: 20_000 });
    return [percent, state, text, (await cloud.exGetReport(id)).state];
  }),
  script('exCancelReport of a missing report', (cloud) => cloud.exCancelReport('no-such-report')),
];
