/** What a face is, and how it ends. */
import { isCloudError } from '@isobar/core';
import { expect } from 'vitest';
import { refuseUnknownCapabilities } from '../capabilities.ts';
import type { Suite } from '../case.ts';
import type { FaceMembers } from '../face.ts';
import type { Kit } from '../kit.ts';

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

/** Cases about the life of a face. */
export const closing: Suite<Kit<FaceMembers>> = {
  title: 'face',
  cases: [
    {
      title: 'says which provider it belongs to',
      everyDesign: true,
      async run({ face, provider }) {
        expect(face.provider.id).toBe(provider);
        expect(face.provider.name).toBeTypeOf('string');
        expect(face.provider.website).toMatch(/^https:\/\//);
      },
    },
    {
      title: 'declares no capability but those that there are, each true or false',
      async run({ face }) {
        refuseUnknownCapabilities(face.provider.capabilities);
        for (const [name, value] of Object.entries(face.provider.capabilities)) {
          expect(value, `capability ${name}`).toBeTypeOf('boolean');
        }
      },
    },
    {
      title: 'answers with a value or with a promise, as its colour says',
      everyDesign: true,
      async run({ face, probe, colour }) {
        const returned = probe.run(face);
        expect(isPromise(returned)).toBe(colour === 'async');
        await returned;
      },
    },
    {
      title: 'fails by throwing or by a rejected promise, as its colour says',
      everyDesign: true,
      async run({ open, wrongCredentials, probe, colour }) {
        const face = open(wrongCredentials);
        const call = () => probe.run(face);
        if (colour === 'blocking') expect(call).toThrow();
        else await expect(call()).rejects.toThrow();
      },
    },
    {
      title: 'refuses calls once it is closed',
      everyDesign: true,
      async run({ open, probe, fails }) {
        const face = open();
        await probe.run(face);
        await face.close();
        await fails(() => probe.run(face), { code: 'session-closed', details: { operation: probe.name } });
      },
    },
    {
      title: 'can be closed before it was used, and twice',
      everyDesign: true,
      async run({ open, probe, fails }) {
        const face = open();
        await face.close();
        await face.close();
        await fails(() => probe.run(face), { code: 'session-closed' });
      },
    },
    {
      title: 'leaves other faces open when it is closed',
      everyDesign: true,
      async run({ open, probe }) {
        const [first, second] = [open(), open()];
        await probe.run(first);
        await probe.run(second);
        await first.close();
        await probe.run(second);
      },
    },
    {
      title: 'can be disposed of, which closes it',
      everyDesign: true,
      async run({ open, probe, colour, fails }) {
        const face = open() as FaceMembers & Partial<Disposable & AsyncDisposable>;
        const dispose = colour === 'async' ? face[Symbol.asyncDispose] : face[Symbol.dispose];
        expect(dispose).toBeTypeOf('function');
        await probe.run(face);
        await dispose?.call(face);
        await fails(() => probe.run(face), { code: 'session-closed' });
      },
    },
    {
      title: 'ends the calls under way when it is closed, one way or the other',
      everyDesign: true,
      colour: 'async',
      async run({ open, probe }) {
        const face = open();
        await probe.run(face);
        const calls = Array.from({ length: 5 }, () => Promise.resolve(probe.run(face)));
        const settled = Promise.allSettled(calls);
        await face.close();
        for (const call of await settled) {
          if (call.status === 'fulfilled') continue;
          expect(isCloudError(call.reason), String(call.reason)).toBe(true);
          expect(['aborted', 'session-closed']).toContain((call.reason as { code: string }).code);
        }
      },
    },
  ],
};
