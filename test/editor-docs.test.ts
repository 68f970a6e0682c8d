/** What editors show of a driver's methods: their doc comments, asked of the language servers of two TypeScript versions. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const modules = join(import.meta.dirname, '..', 'node_modules');

/** For each method, words of its doc comment in the contract. */
const documented: readonly (readonly [code: string, words: string])[] = [
  ["flag.getObject('home', 'name')", 'without its bytes'],
  ['flag.iterateContainers()', 'sorted by name'],
  ["flag.downloadObjectAsStream({ container: 'home', name: 'name' })", 'The bytes are verified'],
  ["awaited.readObject({ container: 'home', name: 'name' })", 'Downloads into memory'],
  ["mixin.getContainer('home')", 'Returns a container'],
  ['blocking.listContainers()', 'Collects all containers'],
  ['session.listContainers()', 'Collects all containers'],
];

const program = `
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect } from '@isobar/design-session';
import { memoryStorage } from '@isobar/storage-memory';
const flag = connectFlag(memoryStorage, {});
const awaited = connectFlag(memoryStorage, { async: true });
const mixin = connectMixin(memoryStorage, {});
const blocking = connect(memoryStorage, {});
const session = new AsyncSession(blocking);
${documented.map(([code]) => `${code};`).join('\n')}
`;

let folder: string;
let file: string;
beforeAll(() => {
  // Inside the repository, so that the packages resolve.
  folder = mkdtempSync(join(import.meta.dirname, 'editor-docs-'));
  file = join(folder, 'program.ts');
  writeFileSync(file, program);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { module: 'nodenext', strict: true } }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Places of the methods' names: line and character, both from 0. */
const places = documented.map(([code]) => {
  const before = program.slice(0, program.indexOf(`\n${code};`) + 1 + code.indexOf('.') + 2).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
});

interface Message {
  readonly id?: number;
  /** Set in questions of the server. */
  readonly method?: string;
  readonly request_seq?: number;
}

/** Messages of a language server: a header with the length, then JSON. */
async function* messagesOf({ stdout }: ChildProcessWithoutNullStreams): AsyncGenerator<Message> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stdout) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    for (;;) {
      const head = /Content-Length: (\d+)[\s\S]*?\r\n\r\n/.exec(bytes.toString('latin1'));
      const end = head ? head.index + head[0].length + Number(head[1]) : Number.POSITIVE_INFINITY;
      if (!head || bytes.length < end) break;
      yield JSON.parse(bytes.subarray(head.index + head[0].length, end).toString()) as Message;
      bytes = bytes.subarray(end);
    }
  }
}

/** Sends the requests one after the other, each when the one before is answered. @returns The answers. */
async function ask(
  server: ChildProcessWithoutNullStreams,
  send: (request: object, id: number) => void,
  requests: readonly object[],
  refuse: (id: number) => void = () => {},
): Promise<Message[]> {
  const answers: Message[] = [];
  send(requests[0] ?? {}, 1);
  for await (const message of messagesOf(server)) {
    // It asks for settings and the like; the defaults are wanted.
    if (message.method !== undefined && message.id !== undefined) refuse(message.id);
    if (message.method !== undefined || (message.id ?? message.request_seq) !== answers.length + 1) continue;
    answers.push(message);
    const next = requests[answers.length];
    if (!next) break;
    send(next, answers.length + 1);
  }
  server.kill();
  return answers;
}

/** @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/ */
async function hoverOfTypescript7(): Promise<string[]> {
  const server = spawn(process.execPath, [join(modules, 'typescript/bin/tsc'), '--lsp', '--stdio']);
  const uri = pathToFileURL(file).href;
  const write = (message: object): void => {
    const json = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  };
  const contentFormat = ['markdown'];
  const capabilities = { textDocument: { hover: { contentFormat } } };
  const requests = [
    { method: 'initialize', params: { processId: process.pid, rootUri: null, capabilities } },
    ...places.map((position) => ({ method: 'textDocument/hover', params: { textDocument: { uri }, position } })),
  ];
  const send = (request: object, id: number): void => {
    if (id === 2) {
      write({ method: 'initialized', params: {} });
      const textDocument = { uri, languageId: 'typescript', version: 1, text: program };
      write({ method: 'textDocument/didOpen', params: { textDocument } });
    }
    write({ ...request, id });
  };
  const answers = await ask(server, send, requests, (id) => write({ id, result: null }));
  return answers.slice(1).map((answer) => JSON.stringify(answer));
}

/** @see https://github.com/microsoft/TypeScript/wiki/Standalone-Server-(tsserver) */
async function hoverOfTypescript5(): Promise<string[]> {
  const server = spawn(process.execPath, [
    join(modules, 'typescript-5.2/lib/tsserver.js'),
    '--useSingleInferredProject',
  ]);
  const send = (request: object, seq: number): void => {
    const open = { seq: 0, type: 'request', command: 'open', arguments: { file } };
    if (seq === 1) server.stdin.write(`${JSON.stringify(open)}\n`);
    server.stdin.write(`${JSON.stringify({ ...request, seq, type: 'request' })}\n`);
  };
  const requests = places.map(({ character, line }) => ({
    command: 'quickinfo',
    arguments: { file, line: line + 1, offset: character + 1 },
  }));
  return (await ask(server, send, requests)).map((answer) => JSON.stringify(answer));
}

test('TypeScript 5.2 shows the doc comment of each method', async () => {
  const shown = await hoverOfTypescript5();
  for (const [index, [code, words]] of documented.entries()) expect(shown[index], code).toContain(words);
});

test('TypeScript 7 shows types, but no doc comments through mapped types: when this fails, expect them of it too', async () => {
  const shown = await hoverOfTypescript7();
  for (const [index, [code, words]] of documented.entries()) {
    expect(shown[index], code).toContain('(property)');
    expect(shown[index], code).not.toContain(words);
  }
});
