/** Tables of words and numbers: a row for each series, a column for each contender. */
import type { Cell, Contender, Experiment, Report } from '../../report/model.ts';
import { contenderOf, groupName, groupsOf, numbersOf, unitOf } from '../cells.ts';
import { measurement } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { inkClass } from './ink.ts';
import { wordsOf } from './rows.ts';

/** The experiment as a table; contenders run down when there is nothing else to run down. */
export function matrix(experiment: Experiment, report: Report): Markup {
  const groups = groupsOf(experiment);
  const names = contenderOf(report);
  const contenders = [...new Set(experiment.cells.map(({ contender }) => contender))].map(names);
  if (groups.length < 2) {
    return html`<dl class="words-list">${experiment.cells.map((cell) => described(cell, names(cell.contender), experiment))}</dl>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${experiment.title}, table">
    <table class="matrix"><thead><tr><td></td>${contenders.map((contender) => html`<th scope="col" class="${inkClass(contender)}" data-contender="${contender.id}">${contender.name}</th>`)}</tr></thead>
    <tbody>${groups.map(
      (group) =>
        html`<tr><th scope="row">${groupName(group, experiment) || experiment.title}</th>${contenders.map(({ id }) => {
          const cell = group.cells.find(({ contender }) => contender === id);
          return html`<td data-contender="${id}" class="is-${cell?.outcome.kind ?? 'missing'}">${cell ? content(cell, experiment) : '–'}</td>`;
        })}</tr>`,
    )}</tbody></table></div>`;
}

function described(cell: Cell, contender: Contender, experiment: Experiment): Markup {
  return html`<div class="${inkClass(contender)}" data-contender="${contender.id}"><dt>${contender.name}</dt><dd class="is-${cell.outcome.kind}">${content(cell, experiment)}</dd></div>`;
}

function content(cell: Cell, experiment: Experiment): string {
  const numbers = numbersOf(cell);
  return numbers ? measurement(numbers, unitOf(experiment)) : wordsOf(cell);
}
