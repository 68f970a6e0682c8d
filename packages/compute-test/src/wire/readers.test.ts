/** Property tests: for any response a reader returns a model or throws `malformed-response`. */
import { isCloudError } from '@isobar/core/provider';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wireNode } from '../../testing/scripted-cloud.ts';
import { readImage, readImages, readLocations, readRegions, readSizes } from './catalogue.ts';
import { readFailure } from './failure.ts';
import { readKeyPair, readKeyPairs } from './key-pairs.ts';
import { readCreatedNode, readNode, readNodes } from './nodes.ts';
import { readReport } from './reports.ts';
import { readSnapshot, readSnapshots, readVolume, readVolumes } from './volumes.ts';

const readers: Readonly<Record<string, (body: Uint8Array) => unknown>> = {
  readCreatedNode,
  readImage,
  readImages,
  readKeyPair,
  readKeyPairs,
  readLocations,
  readNode,
  readNodes,
  readRegions,
  readReport,
  readSizes,
  readSnapshot,
  readSnapshots,
  readVolume,
  readVolumes,
};

const fields = ['id', 'name', 'state', 'status', 'country', 'public_key', 'fingerprint', 'created_at', 'size', 'image'];
const value = fc.oneof(fc.string(), fc.constant('RUNNING'), fc.double(), fc.jsonValue());
/** Almost valid objects: the wire's fields, most with values of the right type. */
const almostValid = fc.record(
  {
    ...Object.fromEntries(fields.map((field) => [field, fc.oneof({ weight: 9, arbitrary: fc.string() }, value)])),
    ...Object.fromEntries(
      ['ram_mb', 'disk_gb', 'size_gb', 'percent', 'cpus'].map((field) => [
        field,
        fc.oneof({ weight: 9, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) }, value),
      ]),
    ),
    public_ips: fc.oneof({ weight: 9, arbitrary: fc.array(fc.string()) }, value),
    private_ips: fc.oneof({ weight: 9, arbitrary: fc.array(fc.string()) }, value),
    location: fc.option(value),
    node_id: fc.option(value),
    extra: fc.oneof({ weight: 9, arbitrary: fc.dictionary(fc.string(), fc.jsonValue()) }, value),
  },
  { requiredKeys: [] },
);
const body = fc
  .oneof(
    fc.jsonValue().map((json) => JSON.stringify(json)),
    almostValid.map((json) => JSON.stringify(json)),
    fc.string(),
    fc.array(almostValid).map((json) => JSON.stringify(json)),
  )
  .map((text) => new TextEncoder().encode(text));

describe.each(Object.entries(readers))('%s', (_, read) => {
  test('returns a model or fails with malformed-response', () => {
    void fc.assert(
      fc.property(fc.oneof(body, fc.uint8Array()), (bytes) => {
        try {
          expect(structuredClone(read(bytes))).toBeDefined();
        } catch (failure) {
          if (!isCloudError(failure, 'malformed-response')) throw failure;
        }
      }),
    );
  });
});

test('readFailure returns a message for any response', () => {
  void fc.assert(
    fc.property(fc.oneof(body, fc.uint8Array()), (bytes) => typeof readFailure(bytes).message === 'string'),
  );
});

test('a node with any other fields is read (control: readers do return models)', () => {
  void fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (more, state) => {
      const node = readNode(new TextEncoder().encode(JSON.stringify({ ...more, ...wireNode, state })));
      expect(node).toMatchObject({ id: wireNode.id, publicIps: wireNode.public_ips, extra: wireNode.extra });
    }),
  );
});
