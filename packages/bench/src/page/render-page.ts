/** The comparison page: one HTML file that holds everything it needs and asks no network. */
import { createHash } from 'node:crypto';
import type { Report } from '../report/model.ts';
import { script, style } from './assets.ts';
import { moment } from './format.ts';
import { highlighter } from './highlight.ts';
import { html, Markup } from './html.ts';
import { controls } from './sections/controls.ts';
import { decisionSection } from './sections/decision.ts';
import { duelsSection } from './sections/duels.ts';
import { experimentsSection } from './sections/experiments.ts';
import { methodSection } from './sections/method.ts';
import { programsSection } from './sections/programs.ts';
import { targetsSection } from './sections/targets.ts';

/** The page for a report, as HTML. Every word and number on it comes from the report. */
export async function renderPage(original: Report): Promise<string> {
  const report = inOrder(original);
  const [css, js, highlight] = await Promise.all([style(), script(), highlighter()]);
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(js).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en" data-scale="auto" data-theme="auto"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Isobar: three designs compared</title>
<style>${new Markup(css)}</style></head>
<body><a class="skip" href="#main">Skip to the comparison</a>
<header class="top"><p class="kicker">Isobar</p><h1>Three designs compared</h1>
<p class="run">${report.kind} run, ${moment(report.startedAt)}; Node ${report.machine.node.replace(/^v/, '')}, ${report.machine.cores} × ${report.machine.cpu}</p>
<nav aria-label="Sections"><a href="#pick">Which design</a> <a href="#rivals">Wins and losses</a> <a href="#targets">Targets</a> <a href="#experiments">Measurements</a> ${report.programs.length > 0 && html`<a href="#programs">Code</a> `}<a href="#method">Method</a></nav></header>
<main id="main" tabindex="-1">${decisionSection(report)}${duelsSection(report)}${targetsSection(report)}${controls(report)}${experimentsSection(report)}${programsSection(report, highlight)}${methodSection(report)}</main>
<script type="application/json" id="report">${new Markup(JSON.stringify(original).replaceAll('<', '\\u003c'))}</script><script>${new Markup(js)}</script></body></html>
`;
  return page.text;
}

/** The report with the cells of each experiment in the order of its contenders, whichever ran first. */
function inOrder(report: Report): Report {
  const place = new Map(report.contenders.map(({ id }, index) => [id, index]));
  const placeOf = (contender: string) => place.get(contender) ?? place.size;
  const experiments = report.experiments.map((experiment) => ({
    ...experiment,
    cells: experiment.cells.toSorted((left, right) => placeOf(left.contender) - placeOf(right.contender)),
  }));
  return { ...report, experiments };
}
