/** Reports: begun here, awaited anywhere. */
import { describe, expect, test } from 'vitest';
import '../../core/testing/poisoned-world.ts';
import { networkFailure } from '../../core/testing/scripted-service.ts';
import { json, scriptCloud, told } from '../testing/scripted-cloud.ts';
import type { TestReport } from './models.ts';

const at = (state: string, percent: number, text?: string) => ({ id: 'r', state, percent, text, created_at: '' });
const path = '/compute/reports/r';

describe('a report', () => {
  test('is begun once, whatever happens to the answer', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/reports', networkFailure(), json(at('RUNNING', 0), { status: 201 }));
    expect(world.run(cloud.exCreateReport())).toEqual({ id: 'r', state: 'running', percent: 0 });
    expect(told(world, 1)).toEqual(told(world, 0));
  });
  test('is looked at by its id', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, json(at('PONDERED', 50)));
    expect(world.run(cloud.exGetReport('r'))).toMatchObject({ state: 'unknown', percent: 50 });
  });
  test('is awaited, also by a process that knows no more than its id', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, json(at('RUNNING', 10)), json(at('RUNNING', 60)), json(at('DONE', 100, 'text')));
    const seen: number[] = [];
    const onProgress = ({ percent }: TestReport) => void seen.push(percent);
    expect(world.run(cloud.exWaitForReport({ id: 'r' }, { onProgress }))).toMatchObject({ text: 'text' });
    expect([seen, world.sleeps.length]).toEqual([[10, 60, 100], 2]);
  });
  test.each(['FAILED', 'CANCELLED'])('that is %s ends the wait', (state) => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, json(at(state, 10)));
    expect(world.failureOf(cloud.exWaitForReport('r'))).toMatchObject({
      code: 'wrong-state',
      details: { state: state.toLowerCase() },
    });
  });
  test('that takes too long ends the wait, which says how far it was', () => {
    const { cloud, world } = scriptCloud();
    world.service.always('GET', path, json(at('RUNNING', 10)));
    expect(world.failureOf(cloud.exWaitForReport('r', { timeoutMs: 5000 }))).toMatchObject({
      code: 'timeout',
      message: 'report r was not done within 5000 ms: running, 10 %',
    });
  });
  test('is given up', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', path, json(at('CANCELLED', 10)));
    expect(world.run(cloud.exCancelReport('r'))).toBeUndefined();
  });
  test('has an id', () => {
    const { cloud, world } = scriptCloud();
    expect(world.failureOf(cloud.exGetReport(''))).toMatchObject({ details: { field: 'report' } });
  });
});
