/** One object of several, within the service. */
import type { AnyStorage, Script, StorageKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';
import { google } from './face.ts';

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Cases about compositions. */
export const compositions: Suite<StorageKit> = {
  title: 'compositions',
  cases: [
    {
      title: 'join objects in order, and leave them as they were',
      async run({ face, containerWith }) {
        const container = await containerWith(['a', 'b&', 'c/é']);
        const made = await google(face).exComposeObjects(['b&', 'a', 'c/é', 'a'], container, 'whole');
        expect(textOf(await face.readObject(made))).toBe('b&ac/éa');
        expect(textOf(await face.readObject({ container, name: 'a' }))).toBe('a');
      },
    },
    {
      title: 'carry type and metadata of their own',
      async run({ face, containerWith }) {
        const container = await containerWith(['a']);
        const options = { contentType: 'text/x-own', metadata: { colour: 'blue' } };
        await google(face).exComposeObjects(['a'], container, 'whole', options);
        expect(await face.getObject(container, 'whole')).toMatchObject(options);
      },
    },
    {
      title: 'are verified when their parts are models, also parts that are compositions',
      async run({ face, container }) {
        const home = await container();
        const parts = [await face.writeObject('left ', home, 'a'), await face.writeObject('right', home, 'b')];
        const first = await google(face).exComposeObjects(parts, home, 'whole');
        const again = await google(face).exComposeObjects([first, ...parts], home, 'whole');
        expect(again.sizeBytes).toBe(20);
        expect(textOf(await face.readObject(again))).toBe('left rightleft right');
      },
    },
    {
      title: 'are of the generation that a model has, or fail',
      async run({ face, container, fails }) {
        const home = await container();
        const old = await face.writeObject('old', home, 'a');
        await face.writeObject('new', home, 'a');
        const call = () => google(face).exComposeObjects([old], home, 'whole');
        await fails(call, { code: 'not-found', details: { operation: 'exComposeObjects' } });
      },
    },
    {
      title: 'are made on conditions, and known as one’s own when the answer was lost',
      server: ['faults'],
      async run({ container, fails, open, server }) {
        const face = google(open({ retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 20 } }));
        const home = await container();
        const part = await face.writeObject('part ', home, 'part');
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        const first = await face.exComposeObjects([part, 'part'], home, 'whole', { ifGenerationMatch: 0 });
        expect(textOf(await face.readObject(first))).toBe('part part ');
        const call = () => face.exComposeObjects([part], home, 'whole', { ifGenerationMatch: 0 });
        await fails(call, { code: 'precondition-failed' });
        await server.faults?.inject({ kind: 'reset' });
        await fails(call, { code: 'precondition-failed' });
        const condition = { ifGenerationMatch: first.extra.generation ?? '' };
        const grown = await face.exComposeObjects([first, part], home, 'whole', condition);
        expect(textOf(await face.readObject(grown))).toBe('part part part ');
      },
    },
    {
      title: 'take 32 parts and no more',
      async run({ face, containerWith, failsUnsent }) {
        const container = await containerWith(['a']);
        const made = await google(face).exComposeObjects(new Array<string>(32).fill('a'), container, 'whole');
        expect(made.sizeBytes).toBe(32);
        const call = () => google(face).exComposeObjects(new Array<string>(33).fill('a'), container, 'whole');
        await failsUnsent(call, { code: 'invalid-argument', details: { field: 'sources' } });
      },
    },
  ],
};

/** The calls whose exchanges are compared. */
export const compositionScripts: readonly Script<AnyStorage>[] = [
  {
    title: 'exComposeObjects',
    async prepare(face, { container }) {
      await face.createContainer(container);
      for (const name of ['a', 'b']) await face.writeObject(name, container, name);
    },
    run: async (face, { container }) =>
      (await google(face).exComposeObjects(['a', 'b'], container, 'c', { metadata: { colour: 'blue' } })).sizeBytes,
  },
  {
    title: 'exComposeObjects on a condition, its answer lost',
    async prepare(face, { container }) {
      await face.createContainer(container);
      await face.writeObject('a', container, 'a');
    },
    faults: { fault: { kind: 'reset', when: 'after' }, times: 1 },
    run: async (face, { container }) =>
      (await google(face).exComposeObjects(['a', 'a'], container, 'c', { ifGenerationMatch: 0 })).sizeBytes,
  },
  {
    title: 'exComposeObjects of a missing one',
    prepare: (face, { container }) => face.createContainer(container),
    run: (face, { container }) => google(face).exComposeObjects(['missing'], container, 'c'),
  },
];
