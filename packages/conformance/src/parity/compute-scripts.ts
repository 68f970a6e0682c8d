/** The calls of compute whose exchanges are compared. */
import { itemsOf } from '../bytes.ts';
import type { AnyCompute } from '../face.ts';
import type { Script } from './script.ts';

/** One script for each operation, and for each way in which calls fail. */
export const computeScripts: readonly Script<AnyCompute>[] = [
  { title: 'listNodes', run: (face) => face.listNodes() },
  { title: 'iterateNodes', run: (face) => itemsOf(face.iterateNodes()) },
  { title: 'iterateNodes by page', run: (face) => itemsOf(face.iterateNodes().pages()) },
  {
    title: 'getNode',
    async run(face) {
      const [first] = await face.listNodes();
      return first && (await face.getNode(first.id));
    },
  },
  { title: 'getNode of a missing node', run: (face) => face.getNode('no such/node') },
  { title: 'getNode without an id', run: (face) => face.getNode('') },
  { title: 'listNodes with wrong credentials', run: (_, { open, wrong }) => open(wrong).listNodes() },
  {
    title: 'listNodes while the service is unavailable',
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: (face) => face.listNodes(),
  },
  {
    title: 'listNodes while the service stays unavailable',
    faults: { fault: { kind: 'status', status: 503 }, times: 100 },
    run: (face) => face.listNodes(),
  },
  {
    title: 'listNodes over a connection that is reset',
    faults: { fault: { kind: 'reset' }, times: 1 },
    run: (face) => face.listNodes(),
  },
];
