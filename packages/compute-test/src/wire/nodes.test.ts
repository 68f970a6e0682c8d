/** The test cloud's JSON: how each field is read, and errors that name the field at fault. */
import { isCloudError, NodeState } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { wireNode } from '../../testing/scripted-cloud.ts';
import { readFailure } from './failure.ts';
import { readNode, readNodes } from './nodes.ts';

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** The error message for a malformed response. */
function refusal(read: () => unknown): string | undefined {
  try {
    read();
  } catch (failure) {
    if (isCloudError(failure, 'malformed-response')) return failure.message;
    throw failure;
  }
  return undefined;
}

describe('a state', () => {
  test.each(Object.values(NodeState))('%s is known', (state) => {
    expect(readNode(bytes({ ...wireNode, state })).state).toBe(state);
  });
  test('is read from capitals', () => expect(readNode(bytes({ ...wireNode, state: 'RUNNING' })).state).toBe('running'));
  test.each(['hibernating', '', 'constructor'])('%j is unknown', (state) => {
    expect(readNode(bytes({ ...wireNode, state })).state).toBe('unknown');
  });
});

describe('a date', () => {
  test('is read', () => expect(readNode(bytes(wireNode)).createdAt).toEqual(new Date(Date.UTC(2026, 0, 15, 10, 30))));
  test('is read with its time zone', () => {
    const created_at = '2026-01-15T12:30:00+02:00';
    expect(readNode(bytes({ ...wireNode, created_at })).createdAt).toEqual(new Date(Date.UTC(2026, 0, 15, 10, 30)));
  });
  test.each(['yesterday', ''])('is left out when it is %j', (created_at) => {
    expect(readNode(bytes({ ...wireNode, created_at }))).not.toHaveProperty('createdAt');
  });
});

describe('a node', () => {
  test.each(Object.keys(wireNode))('is refused without %s, and the error names it', (field) => {
    const { [field as 'id']: _, ...rest } = wireNode;
    expect(refusal(() => readNode(bytes(rest)))).toMatch(new RegExp(` at ${field}$`));
  });
  test.each([
    ['a number as its id', { id: 7 }, 'id'],
    ['one address instead of a list', { public_ips: '203.0.113.7' }, 'public_ips'],
    ['an address that is not a string', { private_ips: [7] }, 'private_ips.0'],
    ['a list as its extra', { extra: ['x'] }, 'extra'],
    ['no extra', { extra: null }, 'extra'],
  ])('is refused with %s, and the error names it', (_, fields, where) => {
    expect(refusal(() => readNode(bytes({ ...wireNode, ...fields })))).toContain(` at ${where}`);
  });
  test('may have unknown fields', () => {
    expect(readNode(bytes({ ...wireNode, rack: 'r7' }))).not.toHaveProperty('rack');
  });
  test('may have no addresses', () => {
    expect(readNode(bytes({ ...wireNode, public_ips: [], private_ips: [] })).publicIps).toEqual([]);
  });
});

describe('a list of nodes', () => {
  test('is refused for one invalid node, with its index', () => {
    expect(refusal(() => readNodes(bytes([wireNode, { ...wireNode, name: null }])))).toMatch(/ at 1\.name$/);
  });
  test.each([
    ['HTML', '<html><body>Sign in</body></html>'],
    ['empty', ''],
    ['an object', {}],
    ['null', null],
    ['JSON that is cut off', '[{"id":'],
  ])('is refused when it is %s', (_, body) => {
    expect(refusal(() => readNodes(bytes(body)))).toContain('unexpected form');
  });
  test('is refused without quoting the response', () => {
    expect(refusal(() => readNodes(bytes('<html>hunter2</html>')))).not.toContain('hunter2');
  });
});

describe('an error message', () => {
  test('is the cloud’s', () => expect(readFailure(bytes({ error: { message: 'no' } })).message).toBe('no'));
  test.each([
    ['HTML', '<html/>'],
    ['empty', ''],
    ['another shape', { error: 'no' }],
  ])('is a default for %s', (_, body) =>
    expect(readFailure(bytes(body)).message).toBe('the cloud refused the request'),
  );
});
