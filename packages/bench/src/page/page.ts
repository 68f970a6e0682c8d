/** The page: the report's document as one HTML file with charts and samples, which opens from disk and makes no request. */
import { readFile } from 'node:fs/promises';
import markdownIt, { type MarkdownIt } from 'markdown-it';
import { createHighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import python from 'shiki/langs/python.mjs';
import shell from 'shiki/langs/shellscript.mjs';
import typescript from 'shiki/langs/typescript.mjs';
import dark from 'shiki/themes/github-dark-high-contrast.mjs';
import light from 'shiki/themes/github-light-high-contrast.mjs';
import { documentOf } from '../report/document.ts';
import { cellName, formatValue } from '../report/format.ts';
import type { Experiment, Report } from '../report/model.ts';
import { chartOf } from './charts.ts';

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Renders the page. Every text of the report is escaped: Markdown escapes it, and markdown-it passes no HTML through. */
export async function renderPage(report: Report): Promise<string> {
  const markdown = await renderer();
  const { escapeHtml } = markdown.utils;
  const { rules } = markdown.renderer;
  const experiments = new Map(report.experiments.map((experiment) => [experiment.title, experiment]));
  let current: Experiment | undefined;
  let regions = 0;
  rules.heading_open = (tokens, index, options, _, self) => {
    const title = (tokens[index + 1]?.children ?? []).map(({ content }) => content).join('');
    current = tokens[index]?.tag === 'h3' ? experiments.get(title) : undefined;
    tokens[index]?.attrSet('id', title.toLowerCase().replaceAll(/[^\p{L}\d]+/gu, '-'));
    return self.renderToken(tokens, index, options);
  };
  rules.table_open = () => `${current ? chart(current) : ''}${openScroll('Table')}<table>\n`;
  rules.table_close = () => `</table></div>${current ? samples(current) : ''}\n`;
  const body = markdown.render(documentOf(report));
  const [simple, own] = await Promise.all(
    ['simpledotcss/simple.min.css', new URL('page.css', import.meta.url).href].map((name) =>
      readFile(new URL(import.meta.resolve(name)), 'utf8'),
    ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Isobar: comparison</title><style>${simple}${own}</style></head>
<body><main>${body}</main></body></html>
`;

  /** Opens a region that scrolls sideways on a narrow screen and can be reached by keyboard. */
  function openScroll(label: string): string {
    regions += 1;
    return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(label)} ${regions}">`;
  }
  function chart(experiment: Experiment): string {
    const svg = chartOf(experiment);
    return svg === '' ? '' : `${openScroll(`Chart: ${experiment.title}`)}${svg}</div>`;
  }
  function samples({ cells, unit }: Experiment): string {
    const lines = cells.flatMap((cell) => {
      if (cell.outcome.kind !== 'measured' || cell.outcome.samples.length < 2) return [];
      const values = cell.outcome.samples.map((sample) => formatValue(sample, unit));
      return [`<dt>${escapeHtml(cellName(cell))}</dt><dd>${values.join(', ')}</dd>`];
    });
    return lines.length === 0 ? '' : `<details><summary>Samples</summary><dl>${lines.join('')}</dl></details>`;
  }
}

/** Markdown with highlighted code. HTML in Markdown is shown as text. */
async function renderer(): Promise<MarkdownIt> {
  const shiki = await createHighlighterCore({
    themes: [light, dark],
    langs: [python, shell, typescript],
    engine: createJavaScriptRegexEngine(),
  });
  let blocks = 0;
  const themes = { light: light.name ?? '', dark: dark.name ?? '' };
  return markdownIt({
    html: false,
    highlight: (source, lang) => {
      blocks += 1;
      const html = shiki.codeToHtml(source, { lang, themes, defaultColor: 'light-dark()' });
      return html.replace('<pre ', `<pre role="region" aria-label="Code ${blocks}" `);
    },
  });
}
