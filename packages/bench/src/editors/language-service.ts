/**
 * Asks the language service of TypeScript 5.9, which editors run that have not moved to TypeScript 7, what it shows. It is
 * installed with the rivals.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { rivalsFolder } from '../contenders.ts';
import type { OpenFile, Position } from './place.ts';

/** As much of the service as is used; its own types are not installed with the workspace. */
interface TypeScript5 {
  readonly version: string;
  readonly sys: Record<'fileExists' | 'readFile' | 'readDirectory' | 'directoryExists' | 'getDirectories', unknown>;
  readonly ScriptSnapshot: { fromString(text: string): unknown };
  readonly ModuleKind: { readonly NodeNext: number };
  readonly ModuleResolutionKind: { readonly NodeNext: number };
  getDefaultLibFilePath(options: object): string;
  displayPartsToString(parts: unknown): string;
  createLanguageService(host: object): {
    getQuickInfoAtPosition(path: string, offset: number): { displayParts: unknown; documentation: unknown } | undefined;
  };
}

/** What hovering over some places shows, or undefined where it is not installed. */
export function askLanguageService({ path, text }: OpenFile, positions: readonly Position[]): string[] | undefined {
  if (!existsSync(`${rivalsFolder}node_modules/typescript/lib/typescript.js`)) return undefined;
  const ts = createRequire(rivalsFolder)('typescript') as TypeScript5;
  const { fileExists, readFile, readDirectory, directoryExists, getDirectories } = ts.sys;
  const settings = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
  };
  const service = ts.createLanguageService({
    ...{ fileExists, readFile, readDirectory, directoryExists, getDirectories },
    getScriptFileNames: () => [path],
    getScriptVersion: () => '1',
    getScriptSnapshot: (file: string) =>
      existsSync(file) ? ts.ScriptSnapshot.fromString(readFileSync(file, 'utf8')) : undefined,
    getCurrentDirectory: () => dirname(path),
    getCompilationSettings: () => settings,
    getDefaultLibFileName: (options: object) => ts.getDefaultLibFilePath(options),
  });
  const lines = text.split('\n');
  return positions.map(({ line, character }) => {
    const offset = lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, character);
    const shown = service.getQuickInfoAtPosition(path, offset);
    if (!shown) return '';
    return [shown.displayParts, shown.documentation]
      .map((parts) => ts.displayPartsToString(parts))
      .join('\n')
      .trim();
  });
}
