/** Resumable uploads of Google Storage: started, interrupted and resumed. */
import { appendFile, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageKit, Suite } from '@isobar/conformance';
import type { ResumableUpload } from '@isobar/storage-google';
import { expect } from 'vitest';
import { type GoogleKit, googleSuite } from './google-kit.ts';

const MIB = 1024 * 1024;
const chunk = 16 * MIB;

/** Makes a sparse file of a size. */
async function fileOf({ folder }: GoogleKit, sizeBytes: number): Promise<string> {
  const path = join(await folder(), 'file');
  const file = await open(path, 'w');
  await file.write(new Uint8Array(Math.min(1000, sizeBytes)).fill(7));
  await file.truncate(sizeBytes);
  await file.close();
  return path;
}

/** An upload that broke off when all chunks but the last were stored, and its file. */
async function interrupted(kit: GoogleKit, sizeBytes: number): Promise<{ upload: ResumableUpload; path: string }> {
  const path = await fileOf(kit, sizeBytes);
  const upload = await kit.driver.exCreateResumableUpload(await kit.container(), 'object');
  const stop = new Error('stopped');
  const onProgress = ({ transferredBytes }: { transferredBytes: number }) => {
    if (transferredBytes > chunk) throw stop;
  };
  const thrown = await Promise.resolve()
    .then(() => kit.driver.exResumeUpload(upload, path, { onProgress }))
    .catch((failure: unknown) => failure);
  expect(thrown).toBe(stop);
  return { upload, path };
}

/** Cases about uploads that can be resumed. */
export const resumableUploads: Suite<StorageKit> = googleSuite('resumable uploads', [
  ...[0, 1, 256 * 1024, chunk, chunk + 1].map((sizeBytes) => ({
    title: `uploads a file of ${sizeBytes} bytes, with the options of its start`,
    async run(kit: GoogleKit) {
      const { driver } = kit;
      const [path, home] = [await fileOf(kit, sizeBytes), await kit.container()];
      const options = { contentType: 'text/x-own', metadata: { a: 'b' }, storageClass: 'NEARLINE' };
      const upload = await driver.exCreateResumableUpload(home, 'dir/a b+é', options);
      expect(await driver.exGetResumableUpload(upload)).toEqual({ storedBytes: 0 });
      const seen: number[] = [];
      const onProgress = (now: { transferredBytes: number }) => void seen.push(now.transferredBytes);
      const object = await driver.exResumeUpload(upload, path, { onProgress });
      expect(object).toMatchObject({ name: 'dir/a b+é', sizeBytes, contentType: 'text/x-own', metadata: { a: 'b' } });
      expect(object.extra.storageClass).toBe('NEARLINE');
      expect(seen.at(-1)).toBe(sizeBytes);
      expect(Buffer.compare(await driver.readObject(object), await readFile(path))).toBe(0);
      expect(await driver.exGetResumableUpload(upload)).toMatchObject({
        storedBytes: sizeBytes,
        object: { sizeBytes },
      });
    },
  })),
  {
    title: 'resumes where it stopped, from JSON',
    timeoutMs: 60_000,
    server: ['requests'],
    async run(kit) {
      const { driver } = kit;
      const { upload, path } = await interrupted(kit, 2 * chunk + 5);
      const { storedBytes, object: none } = await driver.exGetResumableUpload(upload);
      expect(none).toBeUndefined();
      expect(storedBytes).toBeGreaterThanOrEqual(chunk);
      const progress: number[] = [];
      const onProgress = (now: { transferredBytes: number }) => void progress.push(now.transferredBytes);
      const restored = JSON.parse(JSON.stringify(upload)) as ResumableUpload;
      const object = await driver.exResumeUpload(restored, path, { onProgress });
      // The service may have stored more in the meantime: bytes in transit when the connection broke.
      expect(progress[0]).toBeGreaterThanOrEqual(storedBytes);
      expect(object.sizeBytes).toBe(2 * chunk + 5);
      expect(await driver.exResumeUpload(upload, path), 'resumed once more').toEqual(object);
    },
  },
  {
    title: 'survives resets, unavailability and lost responses',
    timeoutMs: 60_000,
    server: ['faults'],
    async run(kit) {
      const [path, home, driver] = [await fileOf(kit, chunk + 5), await kit.container(), kit.retrying()];
      const upload = await driver.exCreateResumableUpload(home, 'object', { ifGenerationMatch: 0 });
      // The first probe succeeds; the response to the first chunk is lost, and then the service is unavailable.
      await kit.server.faults?.inject({ kind: 'delay', ms: 0 });
      await kit.server.faults?.inject({ kind: 'reset', when: 'after' });
      await kit.server.faults?.inject({ kind: 'status', status: 503 });
      expect((await driver.exResumeUpload(upload, path)).sizeBytes).toBe(chunk + 5);
      const again = await driver.exCreateResumableUpload(home, 'other');
      await kit.server.faults?.inject({ kind: 'status', status: 408 }, 2);
      await kit.server.faults?.inject({ kind: 'reset', when: 'after' }, 2);
      await kit.fails(() => driver.exResumeUpload(again, path), { code: ['network', 'unavailable'] });
      await kit.server.faults?.clear();
      expect((await driver.exResumeUpload(again, path)).sizeBytes).toBe(chunk + 5);
    },
  },
  {
    title: 'recognises its object when the response to the last bytes was lost',
    server: ['faults'],
    async run(kit) {
      const [path, home, driver] = [await fileOf(kit, 1000), await kit.container(), kit.retrying()];
      const upload = await driver.exCreateResumableUpload(home, 'object', { ifGenerationMatch: 0 });
      // The probe succeeds, the response to the bytes is lost.
      await kit.server.faults?.inject({ kind: 'delay', ms: 0 });
      await kit.server.faults?.inject({ kind: 'reset', when: 'after' });
      expect((await driver.exResumeUpload(upload, path)).sizeBytes).toBe(1000);
    },
  },
  {
    title: 'refuses another file of the same size, stores nothing under the name, and says why',
    timeoutMs: 60_000,
    async run(kit) {
      const { upload, path } = await interrupted(kit, 2 * chunk + 5);
      const file = await open(path, 'r+');
      await file.write('changed', 500);
      await file.close();
      await kit.fails(() => kit.driver.exResumeUpload(upload, path), { code: 'integrity' });
      await kit.fails(() => kit.driver.getObject(upload.container, upload.name), { code: 'not-found' });
    },
  },
  {
    title: 'refuses a file that is shorter than the stored bytes',
    timeoutMs: 60_000,
    async run(kit) {
      const { upload, path } = await interrupted(kit, 2 * chunk + 5);
      await truncate(path, 1000);
      await kit.fails(() => kit.driver.exResumeUpload(upload, path), { code: 'conflict' });
    },
  },
  {
    title: 'leaves a complete object alone when it is resumed with another file',
    async run(kit) {
      const [path, home] = [await fileOf(kit, 1000), await kit.container()];
      const upload = await kit.driver.exCreateResumableUpload(home, 'object');
      await kit.driver.exResumeUpload(upload, path);
      await appendFile(path, 'more');
      await kit.fails(() => kit.driver.exResumeUpload(upload, path), { code: 'integrity' });
      expect((await kit.driver.getObject(home, 'object')).sizeBytes).toBe(1000);
    },
  },
  {
    title: 'reports a cancelled session as not found',
    async run(kit) {
      const { driver, fails } = kit;
      const [path, home] = [await fileOf(kit, 1000), await kit.container()];
      const upload = await driver.exCreateResumableUpload(home, 'object');
      await driver.exCancelResumableUpload(upload);
      const gone = { code: 'not-found', details: { container: home, object: 'object' } } as const;
      for (const call of [
        () => driver.exResumeUpload(upload, path),
        () => driver.exGetResumableUpload(upload),
        () => driver.exCancelResumableUpload(upload),
      ]) {
        const failure = await fails(call, gone);
        expect(failure.message).toContain('start a new one');
        expect(JSON.stringify([failure, failure.cause]), 'the capability').not.toContain('upload_id');
      }
    },
  },
  {
    title: 'applies the condition of its start at its end',
    async run(kit) {
      const [path, home] = [await fileOf(kit, 1000), await kit.container()];
      const upload = await kit.driver.exCreateResumableUpload(home, 'object', { ifGenerationMatch: 0 });
      await kit.driver.writeObject('first', home, 'object');
      await kit.fails(() => kit.driver.exResumeUpload(upload, path), { code: 'precondition-failed' });
    },
  },
  {
    title: 'refuses invalid uploads, and those of another host, before anything is sent',
    async run(kit) {
      const { driver, failsUnsent } = kit;
      const path = join(await kit.folder(), 'file');
      await writeFile(path, 'x');
      const upload = await driver.exCreateResumableUpload(await kit.container(), 'object');
      const elsewhere = upload.sessionUri.replace(/^http:\/\/[^/]+/, 'http://example.com');
      for (const wrong of [
        undefined,
        null,
        'upload',
        {},
        { ...upload, name: 'other' },
        { ...upload, sessionUri: elsewhere },
        { ...upload, sessionUri: `${upload.sessionUri} HTTP/1.1\r\nx: y` },
        { ...upload, sessionUri: undefined },
      ] as unknown as ResumableUpload[]) {
        const invalid = { code: 'invalid-argument' } as const;
        const failure = await failsUnsent(() => driver.exResumeUpload(wrong, path), invalid);
        expect(failure.message).not.toContain('upload_id');
        await failsUnsent(() => driver.exGetResumableUpload(wrong), invalid);
        await failsUnsent(() => driver.exCancelResumableUpload(wrong), invalid);
      }
      await failsUnsent(() => driver.exResumeUpload(upload, `${path}-missing`), { code: 'invalid-argument' });
    },
  },
]);
