/** Reports: starting them, and waiting for them in any process. */
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json, scriptCloud, sentJson } from '../testing/scripted-cloud.ts';
import type { TestReport } from './models.ts';

forbidIo({ beforeEach, afterEach });

const wireReport = (state: string, percent: number, text?: string) => ({
  id: 'r',
  state,
  percent,
  text,
  created_at: '',
});
const path = '/compute/reports/r';

describe('a report', () => {
  test('is started once, also when the response is lost', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/reports', networkFailure(), json(wireReport('RUNNING', 0), { status: 201 }));
    expect(world.run(cloud.exCreateReport())).toEqual({ id: 'r', state: 'running', percent: 0 });
    expect(sentJson(world, 1)).toEqual(sentJson(world, 0));
  });
  test('is looked up by its id', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, json(wireReport('PAUSED', 50)));
    expect(world.run(cloud.exGetReport('r'))).toMatchObject({ state: 'unknown', percent: 50 });
  });
  test('is awaited by its id alone', () => {
    const { cloud, world } = scriptCloud();
    world.service.on(
      'GET',
      path,
      json(wireReport('RUNNING', 10)),
      json(wireReport('RUNNING', 60)),
      json(wireReport('DONE', 100, 'text')),
    );
    const seen: number[] = [];
    const onProgress = ({ percent }: TestReport) => void seen.push(percent);
    expect(world.run(cloud.exWaitForReport({ id: 'r' }, { onProgress }))).toMatchObject({ text: 'text' });
    expect([seen, world.sleeps.length]).toEqual([[10, 60, 100], 2]);
  });
  test.each(['FAILED', 'CANCELLED'])('that is %s ends the wait', (state) => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, json(wireReport(state, 10)));
    expect(world.failureOf(cloud.exWaitForReport('r'))).toMatchObject({
      code: 'wrong-state',
      details: { state: state.toLowerCase() },
    });
  });
  test('that takes too long ends the wait, with its progress in the error', () => {
    const { cloud, world } = scriptCloud();
    world.service.always('GET', path, json(wireReport('RUNNING', 10)));
    expect(world.failureOf(cloud.exWaitForReport('r', { timeoutMs: 5000 }))).toMatchObject({
      code: 'timeout',
      message: 'report r was not done within 5000 ms: running, 10 %',
    });
  });
  test('is cancelled', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', path, json(wireReport('CANCELLED', 10)));
    expect(world.run(cloud.exCancelReport('r'))).toBeUndefined();
  });
  test('needs an id', () => {
    const { cloud, world } = scriptCloud();
    expect(world.failureOf(cloud.exGetReport(''))).toMatchObject({ details: { field: 'report' } });
  });
});
