/** What the editor shows: asks the TypeScript language server, as editors do, about a method under the cursor. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Task } from '../runner/cell.ts';
import { compilerPath, root } from './commands.ts';
import { openings } from './openings.ts';

/** A sentence of the doc comment of `readObject`, in the contract. */
const docComment = 'Downloads into memory';

export const run: Task = async ({ contender }) => {
  const opening = openings[contender];
  if (!opening) throw new Error(`no opening of ${contender}`);
  const call = opening.call('readObject');
  const source = `${opening.source}\nexport const read = ${call}({ container: 'c', name: 'n' });\n`;
  const parent = join(root, 'bench-report');
  mkdirSync(parent, { recursive: true });
  // Inside of the workspace, where its packages are found.
  const folder = mkdtempSync(join(parent, 'editor-'));
  try {
    const path = join(folder, 'program.ts');
    writeFileSync(path, source);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { module: 'nodenext', target: 'es2024', strict: true },
        files: ['program.ts'],
      }),
    );
    const lines = source.split('\n');
    const line = lines.findIndex((text) => text.startsWith('export const read'));
    const character = (lines[line] ?? '').indexOf('readObject') + 2;
    const places = [
      { line: 0, character: (lines[0] ?? '').indexOf('connect }') + 2 },
      { line, character },
    ];
    const [control = '', shown = ''] = await hover(path, source, places);
    // A function that is exported with a doc comment: were that not shown, nothing would follow from what follows.
    if (!control.includes('Makes a')) throw new Error(`wrong result: connect() is shown as ${control}`);
    const verdict = shown.includes(docComment) ? 'doc comment shown' : 'doc comment lost';
    return {
      kind: 'outcomes',
      outcomes: {
        'editor/doc comment': { kind: 'text', text: verdict },
        'editor/what it shows': { kind: 'text', text: shown },
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Position {
  readonly line: number;
  readonly character: number;
}

async function hover(path: string, text: string, positions: readonly Position[]): Promise<string[]> {
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
