/** V8's inspector protocol, for this thread and for the worker of blocking calls. */
import { once } from 'node:events';
import { Session } from 'node:inspector';

/** Posts a command to a thread. Resolves to its result. */
export type Post = (method: string, params?: object) => Promise<unknown>;

const session = new Session();
session.connect();

/** Posts to this thread. */
export const post: Post = (method, params) =>
  new Promise((resolve, reject) => {
    session.post(method, params, (failure, result) => (failure ? reject(failure) : resolve(result)));
  });

/** Attaches to the worker, which a blocking call must have started. */
export async function attachToWorker(): Promise<Post> {
  const attached = once(session, 'NodeWorker.attachedToWorker');
  await post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const [{ params: worker }] = await attached;
  return async (method, params) => {
    // Sent one at a time, so that the next message received is the reply.
    const received = once(session, 'NodeWorker.receivedMessageFromWorker');
    const message = JSON.stringify({ id: 1, method, params });
    await post('NodeWorker.sendMessageToWorker', { sessionId: worker.sessionId, message });
    return JSON.parse((await received)[0].params.message).result;
  };
}
