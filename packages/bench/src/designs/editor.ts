/** What editors show on hover: asked of the language servers of TypeScript 7, and of 5.9, which is installed with the rivals. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { rivalsFolder } from '../contenders.ts';
import { compilerPath } from '../tasks/commands.ts';

/** Language servers by the id of their answer. */
export const languageServers: Readonly<Record<string, readonly string[]>> = {
  'hover-7': [compilerPath(), '--lsp', '--stdio'],
  'hover-5': [`${rivalsFolder}node_modules/typescript-language-server/lib/cli.mjs`, '--stdio'],
};

/** What hovering over each place shows, or undefined where the server is not installed. @param offsets Into the file's text. */
export async function hover(
  server: readonly string[],
  path: string,
  offsets: readonly number[],
): Promise<string[] | undefined> {
  if (!existsSync(server[0] ?? '')) return undefined;
  const text = readFileSync(path, 'utf8');
  const { stdin, stdout } = spawn(process.execPath, server, { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
  // The server asks for settings and the like; the defaults are wanted.
  connection.onRequest(() => null);
  connection.listen();
  const uri = pathToFileURL(path).href;
  const capabilities = { textDocument: { hover: { contentFormat: ['markdown', 'plaintext'] } } };
  const tsserver = { path: `${rivalsFolder}node_modules/typescript/lib/tsserver.js`, useSyntaxServer: 'never' };
  const start = { processId: process.pid, rootUri: null, capabilities, initializationOptions: { tsserver } };
  await connection.sendRequest('initialize', start);
  await connection.sendNotification('initialized', {});
  const textDocument = { uri, languageId: 'typescript', version: 1, text };
  await connection.sendNotification('textDocument/didOpen', { textDocument });
  const shown: string[] = [];
  for (const offset of offsets) {
    const before = text.slice(0, offset).split('\n');
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const answer = await connection.sendRequest<{ contents?: { value?: string } } | null>('textDocument/hover', {
      textDocument: { uri },
      position,
    });
    shown.push(answer?.contents?.value ?? '');
  }
  connection.dispose();
  stdin.end();
  return shown;
}
