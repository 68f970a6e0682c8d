/** Reports, which only the test cloud has: started by one driver, awaited by another. */
import type { TestReport } from '@isobar/compute-test';
import type { ComputeKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';
import { testCloudOf } from './regions.ts';

const fastWait = { pollIntervalMs: 20, timeoutMs: 20_000 } as const;

/** Cases about reports. They take long enough to be observed while they run. */
export const reports: Suite<ComputeKit> = {
  title: 'reports',
  cases: [
    {
      title: 'are started, and awaited by another driver that knows only the id',
      async run(kit) {
        const started = await testCloudOf(kit).exCreateReport();
        expect(started).toMatchObject({ state: 'running' });
        const other = testCloudOf({ driver: kit.open() });
        const done = await other.exWaitForReport(started.id, fastWait);
        expect(done).toMatchObject({ id: started.id, state: 'done', percent: 100 });
        expect(done.text).toBe(await testCloudOf(kit).exReportData());
      },
    },
    {
      title: 'report progress',
      async run(kit) {
        const cloud = testCloudOf(kit);
        const percents: number[] = [];
        const onProgress = ({ percent }: TestReport) => void percents.push(percent);
        await cloud.exWaitForReport(await cloud.exCreateReport(), { ...fastWait, onProgress });
        expect(percents).toEqual(percents.toSorted((one, other) => one - other));
        expect([percents.length > 1, percents.at(-1)]).toEqual([true, 100]);
      },
    },
    {
      title: 'end the wait of others when cancelled',
      async run(kit) {
        const cloud = testCloudOf(kit);
        const report = await cloud.exCreateReport();
        expect(await cloud.exCancelReport(report)).toBeUndefined();
        expect((await cloud.exGetReport(report.id)).state).toBe('cancelled');
        const details = { operation: 'exWaitForReport', state: 'cancelled' };
        await kit.fails(() => cloud.exWaitForReport(report, fastWait), { code: 'wrong-state', details });
      },
    },
    {
      title: 'continue after a wait for them has timed out',
      async run(kit) {
        const cloud = testCloudOf(kit);
        const report = await cloud.exCreateReport();
        const options = { pollIntervalMs: 10, timeoutMs: 100 };
        await kit.fails(() => cloud.exWaitForReport(report, options), { code: 'timeout' });
        await kit.server.clock?.advance(60_000);
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
      title: 'are started once for one token, even if the response is lost',
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
