/** Which design should I pick: a verdict for each kind of reader, and the figures that it follows from. */
import type { Report } from '../../report/model.ts';
import { designs, numbersOf } from '../cells.ts';
import { wordsOf } from '../charts/rows.ts';
import { audiences } from '../decision/audiences.ts';
import type { Comparison, Standing } from '../decision/comparisons.ts';
import { type Decision, decide } from '../decision/decide.ts';
import { headline, reasons, standingWords } from '../decision/words.ts';
import { difference, quantity } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** Longer words are cut in a cell; the experiment's own section has them whole. */
const maxWords = 90;

/** So many of a reader's comparisons are shown at once; the others are folded. */
const shownAtOnce = 4;

/** The section: all verdicts at a glance, then each with its reasons and figures. */
export function decisionSection(report: Report): Markup {
  const decisions = audiences.map((audience) => decide(audience, report));
  return html`<section id="pick" aria-labelledby="pick-title"><h2 id="pick-title">Which design should I pick?</h2>
    <p class="lede"><b class="is-session">Session</b>: a blocking driver, made awaitable by opening a session on it.
    <b class="is-mixin">Mixin</b>: one driver with two sets of methods, <code>listNodes</code> and <code>listNodesAsync</code>.
    <b class="is-flag">Flag</b>: the same names in both kinds; <code>async: true</code> decides when connecting.</p>
    <table class="glance"><thead><tr><th scope="col">if</th><th scope="col">pick</th>${designs.map((design) => html`<th scope="col" class="is-${design}">${design}</th>`)}</tr></thead>
    <tbody>${decisions.map(glance)}</tbody></table>
    <p class="how">Computed from the figures of this report. A design is <em>behind</em> where its interval and the best design's do not overlap and the medians differ
    by more than 3 %, or tenfold where an interval is too wide; otherwise it is <em>level</em>. The pick is behind least often. Of a curve only the last point counts; timelines, one run each, count for nothing.</p>
    ${decisions.map((decision) => verdict(decision, report))}</section>`;
}

function glance(decision: Decision): Markup {
  const { audience, picks } = decision;
  return html`<tr><th scope="row"><a href="#pick-${audience.id}">${audience.who}</a></th><td class="pick${picks.length === 0 && ' unknown'}">${headline(decision)}</td>${designs.map(
    (design) =>
      html`<td data-label="${design}" class="is-${design}${picks.includes(design) && ' picked'}">${standingWords(decision, design)}</td>`,
  )}</tr>`;
}

function verdict(decision: Decision, report: Report): Markup {
  const { audience, comparisons, picks } = decision;
  const folded = comparisons.length - shownAtOnce;
  return html`<article class="verdict" id="pick-${audience.id}"><header><h3>${audience.who}</h3><p>${audience.need}</p></header>
    <div class="choice"><p class="pick${picks.length === 0 && ' unknown'}">${headline(decision)}</p>
    ${reasons(decision, report).map((sentence) => html`<p>${sentence}</p>`)}
    ${comparisons.length > 0 && figures(comparisons.slice(0, shownAtOnce), `Figures for: ${audience.who}`)}
    ${
      folded > 0 &&
      html`<details class="grounds"><summary>${folded === 1 ? 'One more figure' : `${folded} more figures`}<span class="unseen"> for: ${audience.who}</span></summary>
      ${figures(comparisons.slice(shownAtOnce), `More figures for: ${audience.who}`)}</details>`
    }</div></article>`;
}

function figures(comparisons: readonly Comparison[], label: string): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="figures"><thead><tr><th scope="col">what was measured</th>${designs.map(
    (design) => html`<th scope="col" class="is-${design}">${design}</th>`,
  )}</tr></thead><tbody>${comparisons.map(comparisonRow)}</tbody></table></div>`;
}

function comparisonRow({ experiment, label, standings }: Comparison): Markup {
  return html`<tr><th scope="row">${experiment.id.startsWith('program:') ? label : html`<a href="#${anchor(experiment.id)}">${label}</a>`}</th>${designs.map(
    (design) => figure(standings[design], experiment.unit),
  )}</tr>`;
}

function figure({ cell, relation, ratio }: Standing, unit: Comparison['experiment']['unit']): Markup {
  const numbers = cell && numbersOf(cell);
  if (!cell) return html`<td class="is-missing">no figure</td>`;
  if (!numbers) return html`<td class="is-${cell.outcome.kind}">${cut(wordsOf(cell))}</td>`;
  return html`<td class="${relation}">${quantity(numbers.median, unit)}${ratio !== undefined && html` <small>${difference(ratio)}</small>`}</td>`;
}

/** An id as it may stand in an address within the page. */
export function anchor(id: string): string {
  return `x-${encodeURIComponent(id).replaceAll('%', '.')}`;
}

function cut(words: string): string {
  return words.length > maxWords ? `${words.slice(0, maxWords - 1)}…` : words;
}
