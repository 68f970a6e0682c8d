/**
 * Compares the OpenAPI document with the server: calls every operation, and each response must have a status and a body
 * that the document allows.
 */
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { regionalRoutes } from '../compute/routes.ts';
import { type Emulator, startEmulator } from '../index.ts';
import { type Answer, exchange } from './client.ts';
import { cloudClient } from './cloud.ts';

interface OperationObject {
  readonly operationId: string;
  readonly security?: readonly [];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

let emulator: Emulator;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  emulator = await startEmulator();
  document = JSON.parse((await exchange(emulator.compute, 'GET', '/compute/openapi.json')).text);
  ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, 'cloud');
  await admin('POST', 'clock', { frozen: true });
});
afterAll(() => emulator.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
const pointer = (...parts: string[]) =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

/** The parts of a response that the document does not allow. */
function complaints(path: string, method: string, answer: Answer): string[] {
  const documented = document.paths[path]?.[method.toLowerCase()]?.responses[answer.status];
  if (documented === undefined) return [`status ${answer.status} is not in the document: ${answer.text}`];
  const type = String(answer.headers['content-type'] ?? '').split(';')[0] as string;
  if (documented.content === undefined) return answer.text === '' ? [] : ['a body that the document does not know'];
  if (documented.content[type] === undefined) return [`content type ${type}`];
  const parts = ['paths', path, method.toLowerCase(), 'responses', String(answer.status), 'content', type, 'schema'];
  const validate = ajv.compile({ $ref: `cloud#${pointer(...parts)}` });
  return validate(type === 'application/json' ? JSON.parse(answer.text) : answer.text)
    ? []
    : [ajv.errorsText(validate.errors)];
}

/** Creates what each operation needs to succeed. Returns the path's values and the body. */
type Need = (base: string) => Promise<{ readonly params?: Record<string, string>; readonly body?: object }>;

const node = { name: 'web', size: 'test-size-1', image: 'test-image-1' };
const { call, advance, admin } = (() => {
  const client = () => cloudClient(emulator);
  return {
    call: (...args: Parameters<ReturnType<typeof cloudClient>['call']>) => client().call(...args),
    advance: (milliseconds: number) => client().advance(milliseconds),
    admin: (...args: Parameters<ReturnType<typeof cloudClient>['admin']>) => client().admin(...args),
  };
})();

async function make(base: string, path: string, body: object): Promise<string> {
  const made = await call('POST', base + path, body);
  await advance(10_000);
  return made.json.id ?? made.json.name;
}
const makeNode = (base: string) => make(base, '/nodes', node);
const makeVolume = (base: string) => make(base, '/volumes', { name: 'data', size_gb: 1 });
const makeSnapshot = async (base: string) =>
  make(base, `/volumes/${await makeVolume(base)}/snapshots`, { name: 'monday' });
const makeImage = async (base: string) => make(base, '/images', { node_id: await makeNode(base), name: 'mine' });
const makeReport = (base: string) => make(base, '/reports', { simulate: { report_ms: 86_400_000 } });
const nothing: Need = async () => ({});
const id =
  (makeOne: (base: string) => Promise<string>, body?: object): Need =>
  async (base) => ({ params: { id: await makeOne(base) }, ...(body !== undefined && { body }) });
let names = 0;
const newName = () => {
  names++;
  return `key ${names}`;
};
const keyName: Need = async (base) => ({ params: { name: await make(base, '/key_pairs', { name: newName() }) } });

const needs: Readonly<Record<string, Need>> = {
  getOpenApi: nothing,
  listRegions: nothing,
  getRegion: nothing,
  listNodes: nothing,
  createNode: async () => ({
    body: { ...node, auth: { generate_password: true }, client_token: newName().replace(' ', '') },
  }),
  getNode: id(makeNode),
  deleteNode: id(makeNode),
  startNode: async (base) => {
    const made = await makeNode(base);
    await call('POST', `${base}/nodes/${made}/stop`);
    await advance(10_000);
    return { params: { id: made } };
  },
  stopNode: id(makeNode),
  rebootNode: id(makeNode),
  listSizes: nothing,
  listLocations: nothing,
  listImages: nothing,
  createImage: async (base) => ({ body: { node_id: await makeNode(base), name: 'mine', description: 'of web' } }),
  copyImage: async () => ({
    body: { source_region: 'eu-west', image_id: await makeImage('/regions/eu-west'), name: 'copy' },
  }),
  getImage: id(makeImage),
  deleteImage: id(makeImage),
  listKeyPairs: nothing,
  createKeyPair: async () => ({ body: { name: newName() } }),
  getKeyPair: keyName,
  deleteKeyPair: keyName,
  listVolumes: nothing,
  createVolume: async () => ({ body: { name: 'data', size_gb: 1 } }),
  getVolume: id(makeVolume),
  deleteVolume: id(makeVolume),
  attachVolume: async (base) => ({ params: { id: await makeVolume(base) }, body: { node_id: await makeNode(base) } }),
  detachVolume: async (base) => {
    const volume = await makeVolume(base);
    await call('POST', `${base}/volumes/${volume}/attach`, { node_id: await makeNode(base) });
    return { params: { id: volume } };
  },
  listSnapshots: id(makeVolume),
  createSnapshot: id(makeVolume, { name: 'monday' }),
  getSnapshot: id(makeSnapshot),
  deleteSnapshot: id(makeSnapshot),
  getReportData: nothing,
  createReport: async () => ({ body: { client_token: newName().replace(' ', '') } }),
  getReport: id(makeReport),
  cancelReport: id(makeReport),
};

/** Fills in the path; its region is not the home region. */
function fill(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent({ region: 'eu-west', ...params }[name] ?? ''),
  );
}

describe('the document', () => {
  test('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(document as unknown as Record<string, unknown>);
    expect([valid, errors, validator.version]).toEqual([true, undefined, '3.1']);
  });

  test('names each operation once, and this test knows how to call each', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...new Set(ids.map((name) => name.replace(/InRegion$/, '')))].sort()).toEqual(Object.keys(needs).sort());
  });

  test('has the routes that the server has, under both bases', () => {
    const documented = operations().map(({ path, method }) => `${method} ${path}`);
    const bases = ['/compute', '/compute/regions/{region}'];
    const routed = bases.flatMap((base) => regionalRoutes.map(({ method, path }) => `${method} ${base}${path}`));
    const others = ['GET /compute/openapi.json', 'GET /compute/regions', 'GET /compute/regions/{region}'];
    expect(documented.sort()).toEqual([...routed, ...others].sort());
  });

  test('has each method that a path allows', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const target = fill(path, { id: 'x', name: 'x' });
      const { status, headers } = await call('TRACE', target.slice('/compute'.length));
      const documented = Object.keys(methods).flatMap((method) =>
        method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
      );
      // `/images/copy` has the shape of `/images/{id}` too.
      const shared = path.endsWith('/images/copy') ? ['GET', 'HEAD', 'DELETE'] : [];
      expect([path, status, String(headers.allow).split(', ').sort()]).toEqual([
        path,
        405,
        [...documented, ...shared].sort(),
      ]);
    }
  });
});

describe('every operation', () => {
  /** Calls each operation, with valid or wrong input, and collects what the document does not allow. */
  async function callAll(
    send: (method: string, target: string, operation: OperationObject, path: string) => Promise<Answer | undefined>,
  ): Promise<{ wrong: string[]; statuses: Record<string, number> }> {
    const wrong: string[] = [];
    const statuses: Record<string, number> = {};
    for (const { path, method, operation } of operations()) {
      const answer = await send(method, path, operation, path);
      if (answer === undefined) continue;
      statuses[operation.operationId] = answer.status;
      wrong.push(...complaints(path, method, answer).map((text) => `${method} ${path}: ${text}`));
    }
    return { wrong, statuses };
  }
  const only = (statuses: Record<string, number>) => [...new Set(Object.values(statuses))].sort();
  const within = (target: string) => target.slice('/compute'.length);

  test('succeeds as the document says', async () => {
    const { wrong, statuses } = await callAll(async (method, path, operation) => {
      const base = path.startsWith('/compute/regions/{region}/') ? '/regions/eu-west' : '';
      const need = needs[operation.operationId.replace(/InRegion$/, '')] as Need;
      const { params = {}, body } = await need(base);
      return call(method, within(fill(path, params)), body);
    });
    expect(wrong).toEqual([]);
    expect(only(statuses)).toEqual([200, 201, 202, 204]);
    expect(Object.keys(statuses)).toHaveLength(operations().length);
  });

  test('answers a repeated request as the document says', async () => {
    for (const [path, body] of [
      ['/nodes', { ...node, client_token: 'again' }],
      ['/volumes', { name: 'data', size_gb: 1, client_token: 'again' }],
      ['/reports', { client_token: 'again' }],
    ] as const) {
      await call('POST', path, body);
      const again = await call('POST', path, body);
      expect([again.status, complaints(`/compute${path}`, 'POST', again)]).toEqual([200, []]);
    }
    const gone = await makeNode('');
    await call('DELETE', `/nodes/${gone}`);
    await advance(10_000);
    const answer = await call('DELETE', `/nodes/${gone}`);
    expect([answer.status, complaints('/compute/nodes/{id}', 'DELETE', answer)]).toEqual([200, []]);
  });

  test('needs credentials, except for the document', async () => {
    const { wrong, statuses } = await callAll((method, path) => exchange(emulator.compute, method, fill(path, {})));
    expect(wrong).toEqual([]);
    const { getOpenApi, ...others } = statuses;
    expect([getOpenApi, only(others)]).toEqual([200, [401]]);
  });

  test('refuses an unknown parameter', async () => {
    const { wrong, statuses } = await callAll((method, path, { operationId }) =>
      operationId === 'getOpenApi'
        ? Promise.resolve(undefined)
        : call(method, `${within(fill(path, { id: 'x', name: 'x' }))}?kind=red`),
    );
    expect([wrong, only(statuses)]).toEqual([[], [400]]);
  });

  test('refuses a body with an unknown field', async () => {
    const { wrong, statuses } = await callAll((method, path, { requestBody }) =>
      requestBody === undefined
        ? Promise.resolve(undefined)
        : call(method, within(fill(path, { id: 'x', name: 'x' })), { kind: 'red' }),
    );
    expect([wrong, only(statuses)]).toEqual([[], [400]]);
  });

  test('finds nothing under an unknown id', async () => {
    const bodies: Record<string, object> = { attachVolume: { node_id: 'x' }, createSnapshot: { name: 'x' } };
    const { wrong, statuses } = await callAll((method, path, { operationId }) =>
      /\{(id|name)\}/.test(path)
        ? call(method, within(fill(path, { id: 'x', name: 'x' })), bodies[operationId.replace(/InRegion$/, '')])
        : Promise.resolve(undefined),
    );
    expect([wrong, only(statuses)]).toEqual([[], [404]]);
  });

  test('is refused when the region is down, and when the rate is too high', async () => {
    const regional = (method: string, path: string) =>
      path.startsWith('/compute/regions/{region}/')
        ? call(method, within(fill(path, { id: 'x', name: 'x' })))
        : Promise.resolve(undefined);
    await admin('PUT', 'regions/eu-west', { down: true });
    const down = await callAll(regional);
    await admin('PUT', 'regions/eu-west', { down: false });
    expect([down.wrong, only(down.statuses)]).toEqual([[], [503]]);
    await admin('PUT', 'rate-limit', { requests_per_second: 1, burst: 1 });
    await call('GET', '/regions/eu-west/nodes');
    const limited = await callAll(regional);
    await admin('PUT', 'rate-limit', null);
    expect([limited.wrong, only(limited.statuses)]).toEqual([[], [429]]);
  });

  test('answers any input as the document says', async () => {
    const values = fc.constantFrom(
      '1234a',
      'node-1',
      'vol-1',
      'snap-1',
      'img-1',
      'test-image-1',
      'report-1',
      'é',
      '\0',
      '..',
    );
    const fields = fc.dictionary(
      fc.constantFrom('name', 'size', 'image', 'node_id', 'size_gb', 'client_token', 'auth', 'simulate', '__proto__'),
      fc.oneof(values, fc.constantFrom('test-size-1', 'us-east-a', 1, 10, true, null, {}), fc.jsonValue()),
    );
    const query = fc.constantFrom(
      '',
      '?limit=1',
      '?cursor=YWZ0ZXI6MQ',
      '?cursor=YWZ0ZXI6MA',
      '?ids=,',
      '?state=',
      '?%ff=1',
    );
    const asked = fc.tuple(fc.nat(), values, fc.oneof(fields, fc.jsonValue()), query);
    await fc.assert(
      fc.asyncProperty(asked, async ([index, value, body, search]) => {
        const all = operations();
        const { method, path, operation } = all[index % all.length] as (typeof all)[number];
        const target = within(fill(path, { id: value, name: value })) + search;
        const answer = await call(method, target, operation.requestBody === undefined ? undefined : body);
        expect([method, target, complaints(path, method, answer)]).toEqual([method, target, []]);
      }),
      { numRuns: 500 },
    );
  });

  test('is checked by a test that can fail (control)', async () => {
    const answer = await call('GET', '/nodes');
    const broken = { ...answer, text: answer.text.replace('"state":"RUNNING"', '"state":"running"') };
    expect(complaints('/compute/nodes', 'GET', answer)).toEqual([]);
    expect(complaints('/compute/nodes', 'GET', broken)).toHaveLength(1);
    expect(complaints('/compute/nodes', 'GET', { ...answer, status: 418 })).toHaveLength(1);
  });
});
