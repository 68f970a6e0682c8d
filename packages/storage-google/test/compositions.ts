/** Composing objects within the service. */
import type { AnyStorage, Script, StorageKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';
import { google } from './driver.ts';

const decodeText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Cases about compositions. */
export const compositions: Suite<StorageKit> = {
  title: 'compositions',
  cases: [
    {
      title: 'join objects in order, and leave them unchanged',
      async run({ driver, containerWith }) {
        const container = await containerWith(['a', 'b&', 'c/é']);
        const made = await google(driver).exComposeObjects(['b&', 'a', 'c/é', 'a'], container, 'whole');
        expect(decodeText(await driver.readObject(made))).toBe('b&ac/éa');
        expect(decodeText(await driver.readObject({ container, name: 'a' }))).toBe('a');
      },
    },
    {
      title: 'have their own type and metadata',
      async run({ driver, containerWith }) {
        const container = await containerWith(['a']);
        const options = { contentType: 'text/x-own', metadata: { kind: 'blue' } };
        await google(driver).exComposeObjects(['a'], container, 'whole', options);
        expect(await driver.getObject(container, 'whole')).toMatchObject(options);
      },
    },
    {
      title: 'are verified when their parts are models, including compositions',
      async run({ driver, container }) {
        const home = await container();
        const parts = [await driver.writeObject('left ', home, 'a'), await driver.writeObject('right', home, 'b')];
        const first = await google(driver).exComposeObjects(parts, home, 'whole');
        const again = await google(driver).exComposeObjects([first, ...parts], home, 'whole');
        expect(again.sizeBytes).toBe(20);
        expect(decodeText(await driver.readObject(again))).toBe('left rightleft right');
      },
    },
    {
      title: 'use the generation of a model, or fail',
      async run({ driver, container, fails }) {
        const home = await container();
        const old = await driver.writeObject('old', home, 'a');
        await driver.writeObject('new', home, 'a');
        const call = () => google(driver).exComposeObjects([old], home, 'whole');
        await fails(call, { code: 'not-found', details: { operation: 'exComposeObjects' } });
      },
    },
    {
      title: 'take conditions, and are recognised when the response was lost',
      server: ['faults'],
      async run({ container, fails, open, server }) {
        const driver = google(open({ retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 20 } }));
        const home = await container();
        const part = await driver.writeObject('part ', home, 'part');
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        const first = await driver.exComposeObjects([part, 'part'], home, 'whole', { ifGenerationMatch: 0 });
        expect(decodeText(await driver.readObject(first))).toBe('part part ');
        const call = () => driver.exComposeObjects([part], home, 'whole', { ifGenerationMatch: 0 });
        await fails(call, { code: 'precondition-failed' });
        await server.faults?.inject({ kind: 'reset' });
        await fails(call, { code: 'precondition-failed' });
        const condition = { ifGenerationMatch: first.extra.generation ?? '' };
        const grown = await driver.exComposeObjects([first, part], home, 'whole', condition);
        expect(decodeText(await driver.readObject(grown))).toBe('part part part ');
      },
    },
    {
      title: 'take 32 parts and no more',
      async run({ driver, containerWith, failsUnsent }) {
        const container = await containerWith(['a']);
        const made = await google(driver).exComposeObjects(new Array<string>(32).fill('a'), container, 'whole');
        expect(made.sizeBytes).toBe(32);
        const call = () => google(driver).exComposeObjects(new Array<string>(33).fill('a'), container, 'whole');
        await failsUnsent(call, { code: 'invalid-argument', details: { field: 'sources' } });
      },
    },
  ],
};

/** The calls whose exchanges are compared. */
export const compositionScripts: readonly Script<AnyStorage>[] = [
  {
    title: 'exComposeObjects',
    async prepare(driver, { container }) {
      await driver.createContainer(container);
      for (const name of ['a', 'b']) await driver.writeObject(name, container, name);
    },
    run: async (driver, { container }) =>
      (await google(driver).exComposeObjects(['a', 'b'], container, 'c', { metadata: { kind: 'blue' } })).sizeBytes,
  },
  {
    title: 'exComposeObjects on a condition, the response lost',
    async prepare(driver, { container }) {
      await driver.createContainer(container);
      await driver.writeObject('a', container, 'a');
    },
    faults: { fault: { kind: 'reset', when: 'after' }, times: 1 },
    run: async (driver, { container }) =>
      (await google(driver).exComposeObjects(['a', 'a'], container, 'c', { ifGenerationMatch: 0 })).sizeBytes,
  },
  {
    title: 'exComposeObjects of a missing one',
    prepare: (driver, { container }) => driver.createContainer(container),
    run: (driver, { container }) => google(driver).exComposeObjects(['missing'], container, 'c'),
  },
];
