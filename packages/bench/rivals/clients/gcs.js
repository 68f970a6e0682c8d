/** Google's own SDK, over its JSON API. Without credentials, since the origin asks for none: signing costs it nothing here. */
import { Storage } from '@google-cloud/storage';

/** @type {import('../../src/clients/client.ts').ClientModule['connect']} */
export function connect({ url }) {
  const storage = new Storage({ apiEndpoint: url, projectId: 'bench' });
  const file = (container, name) => storage.bucket(container).file(name);
  return {
    async get(container, name) {
      const [bytes] = await file(container, name).download();
      return bytes;
    },
    put: (container, name, bytes) => file(container, name).save(Buffer.from(bytes), { resumable: false }),
    async list(container) {
      const [files] = await storage.bucket(container).getFiles();
      return { count: files.length, last: files.at(-1)?.name };
    },
    async listPage(container) {
      const [files] = await storage.bucket(container).getFiles({ autoPaginate: false, maxResults: 1000 });
      return { count: files.length, last: files.at(-1)?.name };
    },
    upload: (container, name, path) => storage.bucket(container).upload(path, { destination: name }),
    download: (container, name, path) => file(container, name).download({ destination: path }),
    close() {},
  };
}
