/** Settings of a bucket: documents that are sent and read, invalid values, and unknown elements. */
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, scriptStorage } from '../../testing/scripted-storage.ts';
import type { GoogleStorageOperations } from '../contract.ts';
import type { CorsRule } from './cors.ts';
import type { LifecycleRule } from './lifecycle.ts';

forbidIo({ beforeEach, afterEach });

type Storage = GoogleStorageOperations;

function read<Result>(
  subResource: string,
  body: string,
  call: (storage: Storage) => Generator<never, Result, unknown>,
) {
  const { storage, world } = scriptStorage();
  world.service.on('GET', `/demo-bucket?${subResource}=`, { body });
  return world.run(call(storage));
}

function written(subResource: string, call: (storage: Storage) => unknown): string {
  const { storage, world } = scriptStorage();
  world.service.on('PUT', `/demo-bucket?${subResource}=`, busy, { status: 200 });
  world.run(call(storage) as never);
  const [first, second] = world.service.requests.map(({ body }) => new TextDecoder().decode(body as Uint8Array));
  expect(second, 'the second attempt').toBe(first);
  return first ?? '';
}

function refusal(call: (storage: Storage) => unknown): unknown {
  const { storage, world } = scriptStorage();
  const failure = world.failureOf(call(storage) as never);
  expect(world.steps).toEqual([]);
  return failure;
}

const as = <Result>(operation: unknown) => operation as Generator<never, Result, unknown>;

describe('settings with a single value', () => {
  test('are read', () => {
    const location = "<LocationConstraint xmlns='x'>US-CENTRAL1</LocationConstraint>";
    expect(read('location', location, (s) => as<string>(s.exGetContainerLocation('demo-bucket')))).toBe('US-CENTRAL1');
    const storageClass = '<StorageClass>NEARLINE</StorageClass>';
    expect(read('storageClass', storageClass, (s) => as<string>(s.exGetContainerStorageClass('demo-bucket')))).toBe(
      'NEARLINE',
    );
  });
  test.each([
    ['<VersioningConfiguration/>', false],
    ['<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>', true],
    ['<VersioningConfiguration><Status>Suspended</Status><Other/></VersioningConfiguration>', false],
  ])('versioning is read from %s', (body, expected) => {
    expect(read('versioning', body, (s) => as<boolean>(s.exGetContainerVersioning('demo-bucket')))).toBe(expected);
  });
  test('are written', () => {
    expect(written('storageClass', (s) => s.exSetContainerStorageClass('demo-bucket', 'COLDLINE'))).toBe(
      '<StorageClass>COLDLINE</StorageClass>',
    );
    expect(written('versioning', (s) => s.exSetContainerVersioning('demo-bucket', true))).toContain('>Enabled<');
    expect(written('versioning', (s) => s.exSetContainerVersioning('demo-bucket', false))).toContain('>Suspended<');
  });
  test.each(['<Other/>', '<LocationConstraint/>', '', '<html>'])('refuses the response %j', (body) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?location=', { body });
    const failure = world.failureOf(storage.exGetContainerLocation('demo-bucket'));
    expect(failure).toHaveProperty('code', 'malformed-response');
  });
  test.each(['nearline', '', 'A B', 'A<', 5, undefined])('refuses the storage class %j', (wrong) => {
    const failure = refusal((s) => s.exSetContainerStorageClass('demo-bucket', wrong as string));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'storageClass' } });
  });
  test.each(['Enabled', 1, undefined, null])('refuses %j instead of true or false', (wrong) => {
    const failure = refusal((s) => s.exSetContainerVersioning('demo-bucket', wrong as unknown as boolean));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'enabled' } });
  });
  test('fail with not-found when the bucket is missing', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?cors=', errorAnswer(404, 'NoSuchBucket'));
    expect(world.failureOf(storage.exGetContainerCors('demo-bucket'))).toHaveProperty('code', 'not-found');
  });
});

describe('lifecycle', () => {
  const rules: LifecycleRule[] = [
    { action: { type: 'Delete' }, condition: { ageInDays: 30, isLive: false, numberOfNewerVersions: 3 } },
    {
      action: { type: 'SetStorageClass', storageClass: 'NEARLINE' },
      condition: { createdBefore: new Date('2026-01-15T00:00:00Z'), matchesStorageClass: ['STANDARD', 'COLDLINE'] },
    },
    { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { ageInDays: 0 } },
  ];
  const document =
    '<LifecycleConfiguration>' +
    '<Rule><Action><Delete></Delete></Action><Condition><Age>30</Age><IsLive>false</IsLive><NumberOfNewerVersions>3</NumberOfNewerVersions></Condition></Rule>' +
    '<Rule><Action><SetStorageClass>NEARLINE</SetStorageClass></Action><Condition><CreatedBefore>2026-01-15</CreatedBefore><MatchesStorageClass>STANDARD</MatchesStorageClass><MatchesStorageClass>COLDLINE</MatchesStorageClass></Condition></Rule>' +
    '<Rule><Action><AbortIncompleteMultipartUpload></AbortIncompleteMultipartUpload></Action><Condition><Age>0</Age></Condition></Rule>' +
    '</LifecycleConfiguration>';
  const readRules = (body: string) =>
    read('lifecycle', body, (s) => as<LifecycleRule[]>(s.exGetContainerLifecycle('demo-bucket')));
  const refused = (wrong: unknown) =>
    refusal((s) => s.exSetContainerLifecycle('demo-bucket', wrong as LifecycleRule[]));

  test('is written', () => {
    expect(written('lifecycle', (s) => s.exSetContainerLifecycle('demo-bucket', rules))).toBe(document);
  });
  test('is read back', () => expect(readRules(document)).toEqual(rules));
  test('is empty by default, and is removed by an empty list', () => {
    expect(readRules('<LifecycleConfiguration/>')).toEqual([]);
    expect(written('lifecycle', (s) => s.exSetContainerLifecycle('demo-bucket', []))).toBe(
      '<LifecycleConfiguration></LifecycleConfiguration>',
    );
  });
  test.each<[string, string, readonly string[]]>([
    ['an action', '<Action><Shred/></Action><Condition><Age>1</Age></Condition>', ['Action.Shred']],
    ['two actions', '<Action><Delete/><Shred/></Action><Condition/>', ['Action.Delete', 'Action.Shred']],
    [
      'a condition',
      '<Action><Delete/></Action><Condition><MatchesPrefix>a</MatchesPrefix></Condition>',
      ['Condition.MatchesPrefix'],
    ],
    ['an age', '<Action><Delete/></Action><Condition><Age>soon</Age></Condition>', ['Condition.Age']],
    [
      'a day',
      '<Action><Delete/></Action><Condition><CreatedBefore>2026-13-01</CreatedBefore></Condition>',
      ['Condition.CreatedBefore'],
    ],
    ['a part', '<ID>x</ID><Action><Delete/></Action><Condition><Age>1</Age></Condition>', ['ID']],
  ])('names %s that is unknown, and does not write the rule back without it', (_, inner, unknown) => {
    const [rule] = readRules(`<LifecycleConfiguration><Rule>${inner}</Rule></LifecycleConfiguration>`);
    expect(rule?.unknown).toEqual(unknown);
    expect(refused([rule])).toMatchObject({ code: 'invalid-argument', details: { field: 'rules[0].unknown' } });
  });
  test('with an unknown action has none', () => {
    const body = '<LifecycleConfiguration><Rule><Action><Shred/></Action></Rule></LifecycleConfiguration>';
    expect(readRules(body)).toEqual([{ condition: {}, unknown: ['Action.Shred'] }]);
  });
  const good = { action: { type: 'Delete' }, condition: { ageInDays: 1 } };
  test.each<[string, unknown, string]>([
    ['rules that are not an array', good, 'rules'],
    ['101 rules', Array.from({ length: 101 }, () => good), 'rules'],
    ['an undefined or null rule', [good, null], 'rules[1]'],
    ['an unknown field of a rule', [{ ...good, days: 1 }], 'rules[0].days'],
    ['no action', [{ condition: {} }], 'rules[0].action'],
    ['another action', [{ ...good, action: { type: 'delete' } }], 'rules[0].action.type'],
    ['no storage class', [{ ...good, action: { type: 'SetStorageClass' } }], 'rules[0].action.storageClass'],
    [
      'a storage class of Delete',
      [{ ...good, action: { type: 'Delete', storageClass: 'A' } }],
      'rules[0].action.storageClass',
    ],
    ['no condition', [good, good, { ...good, condition: {} }], 'rules[2].condition'],
    ['only undefined conditions', [{ ...good, condition: { ageInDays: undefined } }], 'rules[0].condition'],
    ['a misspelt condition', [{ ...good, condition: { age: 1 } }], 'rules[0].condition.age'],
    ['a negative age', [good, good, { ...good, condition: { ageInDays: -1 } }], 'rules[2].condition.ageInDays'],
    ['a fraction of a day', [{ ...good, condition: { ageInDays: 0.5 } }], 'rules[0].condition.ageInDays'],
    ['a time of day', [{ ...good, condition: { createdBefore: new Date(1) } }], 'rules[0].condition.createdBefore'],
    [
      'an invalid date',
      [{ ...good, condition: { createdBefore: new Date(Number.NaN) } }],
      'rules[0].condition.createdBefore',
    ],
    [
      'a date as a string',
      [{ ...good, condition: { createdBefore: '2026-01-01' } }],
      'rules[0].condition.createdBefore',
    ],
    [
      'a year of five digits',
      [{ ...good, condition: { createdBefore: new Date(8e15) } }],
      'rules[0].condition.createdBefore',
    ],
    ['a flag as a string', [{ ...good, condition: { isLive: 'true' } }], 'rules[0].condition.isLive'],
    [
      'a count as a string',
      [{ ...good, condition: { numberOfNewerVersions: '1' } }],
      'rules[0].condition.numberOfNewerVersions',
    ],
    [
      'a class that is not in an array',
      [{ ...good, condition: { matchesStorageClass: 'A' } }],
      'rules[0].condition.matchesStorageClass',
    ],
    [
      'an invalid class',
      [{ ...good, condition: { matchesStorageClass: ['A', '<'] } }],
      'rules[0].condition.matchesStorageClass[1]',
    ],
    [
      'uploads that are live',
      [{ action: { type: 'AbortIncompleteMultipartUpload' }, condition: { isLive: true } }],
      'rules[0].condition',
    ],
  ])('refuses %s', (_, wrong, field) => {
    expect(refused(wrong)).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect((refused(wrong) as Error).message).toContain(`\`${field}\``);
  });
});

describe('cors', () => {
  const rules: CorsRule[] = [
    {
      origins: ['https://a.example', '*'],
      methods: ['GET', 'PUT'],
      responseHeaders: ['x-goog-meta-a'],
      maxAgeSeconds: 60,
    },
    { origins: ['*'], methods: ['*'] },
  ];
  const document =
    '<CorsConfig><Cors><Origins><Origin>https://a.example</Origin><Origin>*</Origin></Origins><Methods><Method>GET</Method><Method>PUT</Method></Methods><ResponseHeaders><ResponseHeader>x-goog-meta-a</ResponseHeader></ResponseHeaders><MaxAgeSec>60</MaxAgeSec></Cors>' +
    '<Cors><Origins><Origin>*</Origin></Origins><Methods><Method>*</Method></Methods></Cors></CorsConfig>';
  const readRules = (body: string) => read('cors', body, (s) => as<CorsRule[]>(s.exGetContainerCors('demo-bucket')));

  test('is written', () => {
    expect(written('cors', (s) => s.exSetContainerCors('demo-bucket', rules))).toBe(document);
  });
  test('is read back', () => expect(readRules(document)).toEqual(rules));
  test('is read without unknown elements', () => {
    const body =
      '<CorsConfig><Cors><Origins><Origin>*</Origin><X/></Origins><Y/><MaxAgeSec>soon</MaxAgeSec></Cors><Z/></CorsConfig>';
    expect(readRules(body)).toEqual([{ origins: ['*'], methods: [] }]);
  });
  test.each<[string, unknown, string]>([
    ['rules that are not an array', {}, 'rules'],
    ['an undefined or null rule', [undefined], 'rules[0]'],
    ['no origins', [{ origins: [], methods: ['GET'] }], 'rules[0].origins'],
    ['no methods', [{ origins: ['*'] }], 'rules[0].methods'],
    ['an origin with a space', [{ origins: ['a b'], methods: ['GET'] }], 'rules[0].origins[0]'],
    ['a lower-case method', [{ origins: ['*'], methods: ['GET', 'put'] }], 'rules[0].methods[1]'],
    [
      'an invalid header',
      [{ origins: ['*'], methods: ['GET'], responseHeaders: ['a:'] }],
      'rules[0].responseHeaders[0]',
    ],
    ['a negative age', [{ origins: ['*'], methods: ['GET'], maxAgeSeconds: -1 }], 'rules[0].maxAgeSeconds'],
    ['a misspelt field', [{ origins: ['*'], methods: ['GET'], maxAge: 1 }], 'rules[0].maxAge'],
  ])('refuses %s', (_, wrong, field) => {
    const failure = refusal((s) => s.exSetContainerCors('demo-bucket', wrong as CorsRule[]));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field } });
  });
});
