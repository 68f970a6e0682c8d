/** Code with its syntax marked by classes; the page's style gives them colours in both themes. */
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import javascript from 'shiki/langs/javascript.mjs';
import python from 'shiki/langs/python.mjs';
import typescript from 'shiki/langs/typescript.mjs';
import { html, type Markup } from './html.ts';

const theme = createCssVariablesTheme({ name: 'page', variablePrefix: '--code-' });

/** Marks code of a language up; in a language that it does not know, plain. */
export type Highlight = (source: string, language: string) => Markup;

/** Loads the grammars. */
export async function highlighter(): Promise<Highlight> {
  const shiki = await createHighlighterCore({
    themes: [theme],
    langs: [javascript, python, typescript],
    engine: createJavaScriptRegexEngine(),
  });
  return (source, language) => highlight(shiki, source, language);
}

function highlight(shiki: HighlighterCore, source: string, language: string): Markup {
  if (!shiki.getLoadedLanguages().includes(language)) return html`${source}`;
  const { tokens } = shiki.codeToTokens(source, { lang: language, theme: 'page' });
  const lines = tokens.map((line) =>
    line.map(({ content, color }) => {
      const kind = /^var\(--code-token-([a-z-]+)\)$/.exec(color ?? '')?.[1];
      return kind === undefined ? html`${content}` : html`<span class="t-${kind}">${content}</span>`;
    }),
  );
  return html`${lines.map((line, index) => html`${index > 0 && '\n'}${line}`)}`;
}
