import { CloudError } from '@isobar/core/provider';
import { describe, expect, test, vi } from 'vitest';
import { Call } from './call.ts';

const enough = new CloudError('aborted', 'enough');

describe('a call', () => {
  test('notifies its listeners once, with the first reason', () => {
    const call = new Call(0);
    const listener = vi.fn();
    call.listen(listener);
    call.cancel(enough);
    call.cancel(new CloudError('timeout', 'later'));
    expect(listener.mock.calls).toEqual([[enough]]);
    expect(call.failure).toBe(enough);
  });

  test('does not notify a removed listener', () => {
    const call = new Call(0);
    const listener = vi.fn();
    call.listen(listener);
    call.unlisten(listener);
    call.cancel(enough);
    expect(listener).not.toHaveBeenCalled();
  });

  test('fails with `aborted` and the reason when its signal fires', () => {
    const controller = new AbortController();
    const call = new Call(0, undefined, controller.signal);
    controller.abort(new Error('the user left'));
    expect(call.failure).toMatchObject({ code: 'aborted', cause: { message: 'the user left' } });
  });

  test('has failed from the start when its signal has already fired', () => {
    const call = new Call(0, undefined, AbortSignal.abort('gone'));
    expect(call.failure).toMatchObject({ code: 'aborted', cause: 'gone' });
  });

  test('fails with `timeout` when its timeout expires', () => {
    vi.useFakeTimers();
    try {
      const call = new Call(250);
      const listener = vi.fn();
      call.listen(listener);
      vi.advanceTimersByTime(251);
      expect(call.failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('250 ms') });
      expect(listener).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });

  test('removes its timer and its listener on the signal', () => {
    vi.useFakeTimers();
    try {
      const controller = new AbortController();
      const removed = vi.spyOn(controller.signal, 'removeEventListener');
      const call = new Call(250, undefined, controller.signal);
      call.listen(() => {});
      call.end();
      expect(vi.getTimerCount()).toBe(0);
      expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
    } finally {
      vi.useRealTimers();
    }
  });

  test('cancels its branches but is not cancelled by them', () => {
    const call = new Call(0);
    const [one, other] = [call.branch(), call.branch()];
    one.cancel(enough);
    expect([call.failure, one.failure, other.failure]).toEqual([undefined, enough, undefined]);
    const late = new CloudError('timeout', 'late');
    call.cancel(late);
    expect(other.failure).toBe(late);
  });

  test('a branch of a cancelled call is cancelled', () => {
    const call = new Call(0);
    call.cancel(enough);
    expect(call.branch().failure).toBe(enough);
  });
});
