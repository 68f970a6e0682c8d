/** What only the test cloud does with reports: begun by one driver, awaited by another. */
import type { TestReport } from '@isobar/compute-test';
import type { ComputeKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';
import { testCloudOf } from './compute-regions.ts';

const quickly = { pollIntervalMs: 20, timeoutMs: 20_000 } as const;

/** Cases about reports. They are written slowly enough to be seen under way. */
export const reports: Suite<ComputeKit> = {
  title: 'reports',
  cases: [
    {
      title: 'are begun, and awaited by another driver that knows the id alone',
      async run(kit) {
        const begun = await testCloudOf(kit).exCreateReport();
        expect(begun).toMatchObject({ state: 'running' });
        const other = testCloudOf({ driver: kit.open() });
        const done = await other.exWaitForReport(begun.id, quickly);
        expect(done).toMatchObject({ id: begun.id, state: 'done', percent: 100 });
        expect(done.text).toBe(await testCloudOf(kit).exReportData());
      },
    },
    {
      title: 'report progress',
      async run(kit) {
        const cloud = testCloudOf(kit);
        const percents: number[] = [];
        const onProgress = ({ percent }: TestReport) => void percents.push(percent);
        await cloud.exWaitForReport(await cloud.exCreateReport(), { ...quickly, onProgress });
        expect(percents).toEqual(percents.toSorted((one, other) => one - other));
        expect([percents.length > 1, percents.at(-1)]).toEqual([true, 100]);
      },
    },
    {
      title: 'that are given up end the wait of others',
      async run(kit) {
        const cloud = testCloudOf(kit);
        const report = await cloud.exCreateReport();
        expect(await cloud.exCancelReport(report)).toBeUndefined();
        expect((await cloud.exGetReport(report.id)).state).toBe('cancelled');
        const details = { operation: 'exWaitForReport', state: 'cancelled' };
        await kit.fails(() => cloud.exWaitForReport(report, quickly), { code: 'wrong-state', details });
      },
    },
    {
      title: 'that take too long end the wait, and go on',
      async run(kit) {
        const cloud = testCloudOf(kit);
        const report = await cloud.exCreateReport();
        const options = { pollIntervalMs: 10, timeoutMs: 100 };
        await kit.fails(() => cloud.exWaitForReport(report, options), { code: 'timeout' });
        await kit.server.cloud?.advance(60_000);
        expect((await cloud.exGetReport(report)).state).toBe('done');
      },
    },
    {
      title: 'that are missing are not found',
      async run(kit) {
        const cloud = testCloudOf(kit);
        for (const call of [cloud.exGetReport, cloud.exWaitForReport, cloud.exCancelReport]) {
          await kit.fails(() => call('no-such-report'), { code: 'not-found' });
        }
      },
    },
    {
      title: 'are begun once for one token, and though the answer is lost',
      async run({ newName, open, requestsOf, server }) {
        const cloud = testCloudOf({ driver: open({ retry: { attempts: 3, baseDelayMs: 1 } }) });
        const clientToken = newName();
        let first: TestReport | undefined;
        const sent = await requestsOf(async () => {
          await server.faults?.inject({ kind: 'reset', when: 'after' });
          first = await cloud.exCreateReport({ clientToken });
        });
        expect(sent).toBe(2);
        expect((await cloud.exCreateReport({ clientToken })).id).toBe(first?.id);
        expect((await cloud.exCreateReport()).id).not.toBe(first?.id);
      },
    },
  ],
};
