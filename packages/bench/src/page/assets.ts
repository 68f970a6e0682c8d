/** The page's style and script, as the text that is written into it. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const sheets = ['page', 'decision', 'figures', 'code', 'controls', 'print'];

/** All style sheets, minified. */
export async function style(): Promise<string> {
  const texts = await Promise.all(
    sheets.map((name) => readFile(new URL(`./style/${name}.css`, import.meta.url), 'utf8')),
  );
  const { code } = await transform(texts.join('\n'), { loader: 'css', minify: true });
  return code.trim();
}

/** The script, bundled. */
export async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./client/main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    tsconfigRaw: {},
  });
  return (outputFiles[0]?.text ?? '').trim();
}
