/** Asks the language server of TypeScript 7, which editors start, what it shows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { compilerPath } from '../tasks/commands.ts';
import type { OpenFile, Position } from './place.ts';

/** What hovering over some places shows. */
export async function askLanguageServer({ path, text }: OpenFile, positions: readonly Position[]): Promise<string[]> {
  const server = spawn(process.execPath, [compilerPath(), '--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ask = conversation(server);
  const uri = pathToFileURL(path).href;
  await ask('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument: { hover: { contentFormat: ['markdown', 'plaintext'] } } },
  });
  ask.tell('initialized', {});
  ask.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'typescript', version: 1, text } });
  const shown: string[] = [];
  for (const position of positions) {
    const answer = (await ask('textDocument/hover', { textDocument: { uri }, position })) as {
      contents?: { value?: string };
    } | null;
    shown.push((answer?.contents?.value ?? '').replaceAll(/^```\w*\n?/gm, '').trim());
  }
  server.kill();
  return shown;
}

interface Conversation {
  (method: string, params: object): Promise<unknown>;
  tell(method: string, params: object): void;
}

/** JSON-RPC as language servers speak it. @see https://microsoft.github.io/language-server-protocol/specifications/base/0.9/specification/ */
function conversation({ stdin, stdout }: ChildProcess): Conversation {
  const waiting = new Map<number, (result: unknown) => void>();
  let received = Buffer.alloc(0);
  let lastId = 0;
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  stdout?.on('data', (piece: Buffer) => {
    received = Buffer.concat([received, piece]);
    for (;;) {
      const end = received.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(received.toString('latin1', 0, Math.max(end, 0)))?.[1]);
      if (end < 0 || received.length < end + 4 + length) return;
      const message = JSON.parse(received.toString('utf8', end + 4, end + 4 + length)) as {
        id?: number;
        method?: string;
        result?: unknown;
      };
      received = received.subarray(end + 4 + length);
      if (message.id !== undefined && message.method === undefined) waiting.get(message.id)?.(message.result);
      // What the server asks in turn, such as for its settings, it gets an empty answer to.
      else if (message.id !== undefined) send({ id: message.id, result: null });
    }
  });
  const ask = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      send({ id: lastId, method, params });
    });
  return Object.assign(ask, { tell: (method: string, params: object) => send({ method, params }) });
}
