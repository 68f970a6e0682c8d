/** Every figure's numbers as a table: what a screen reader reads, and what one copies. */
import type { Cell, Experiment, Report } from '../../report/model.ts';
import { contenderOf, groupName, numbersOf, unitOf } from '../cells.ts';
import { factor, missing, quantity, range } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { wordsOf } from './rows.ts';

/** The table of an experiment, folded. */
export function dataTable(experiment: Experiment, report: Report): Markup {
  const names = contenderOf(report);
  return html`<details class="data"><summary>The figures as a table<span class="unseen">: ${experiment.title}</span></summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Figures of ${experiment.title}"><table>
    <thead><tr><th scope="col">contender</th><th scope="col">group</th><th scope="col">${experiment.plot === 'timeline' ? 'longest stall' : 'median'}</th><th scope="col">95 % interval</th><th scope="col">times the floor</th><th scope="col">samples</th><th scope="col">CPU</th><th scope="col">peak memory</th></tr></thead>
    <tbody>${experiment.cells.map(
      (cell) =>
        html`<tr data-contender="${cell.contender}"><th scope="row">${names(cell.contender).name}</th><td>${groupName(cell, experiment) || missing}</td>${numbers(cell, experiment)}</tr>`,
    )}</tbody></table></div></details>`;
}

function numbers(cell: Cell, experiment: Experiment): Markup {
  const measured = numbersOf(cell);
  if (!measured) return html`<td colspan="6" class="is-${cell.outcome.kind}">${wordsOf(cell)}</td>`;
  const unit = unitOf(experiment);
  const { median, low, high, ratio, samples, cpuMs, peakBytes, isWide } = measured;
  return html`<td>${quantity(median, unit)}${isWide && ' (too wide)'}</td><td>${range(low, high, unit)}</td>
    <td>${ratio ? `${factor(ratio.median)} (${range(ratio.low, ratio.high, 'ratio')})` : missing}</td><td>${samples.length}</td>
    <td>${cpuMs === undefined ? missing : quantity(cpuMs, 'ms')}</td><td>${peakBytes === undefined ? missing : quantity(peakBytes, 'bytes')}</td>`;
}
