/** The experiments, one after the other: the question, what was found, the figure, its numbers. */
import type { Experiment, Report } from '../../report/model.ts';
import { curvePanels } from '../charts/curves.ts';
import { dataTable } from '../charts/data-table.ts';
import { matrix } from '../charts/matrix.ts';
import { rowFigure } from '../charts/rows.ts';
import { betterOf } from '../decision/comparisons.ts';
import { findings } from '../decision/findings.ts';
import { html, type Markup } from '../html.ts';
import { anchor } from './decision.ts';

/** The section. */
export function experimentsSection(report: Report): Markup {
  return html`<section id="experiments" aria-labelledby="experiments-title"><h2 id="experiments-title">Measurements</h2>
    ${report.experiments.length === 0 && html`<p class="lede">This report holds no experiment.</p>`}
    ${report.experiments.map((experiment) => article(experiment, report))}</section>`;
}

function article(experiment: Experiment, report: Report): Markup {
  const { figure, suits } = figureOf(experiment, report);
  const direction = { lower: 'Less is better.', higher: 'More is better.', neither: '' }[betterOf(experiment)];
  return html`<article class="experiment" id="${anchor(experiment.id)}" data-experiment="${experiment.id}" data-suits="${suits}">
    <h3>${experiment.title}</h3><p class="question">${experiment.question}</p>
    <p class="finding">${findings(experiment, report).join(' ')} ${experiment.plot !== 'table' && html`<span class="direction">${direction}</span>`}</p>
    ${experiment.cells.length === 0 ? html`<p class="none">Nothing was measured.</p>` : html`<div class="figure">${figure}</div>${dataTable(experiment, report)}`}</article>`;
}

function figureOf(experiment: Experiment, report: Report): { figure: Markup; suits: string } {
  if (experiment.plot === 'table') return { figure: matrix(experiment, report), suits: 'linear' };
  const curves = experiment.plot === 'curve' ? curvePanels(experiment, report) : undefined;
  if (!curves) {
    const { rows, suits } = rowFigure(experiment, report);
    return { figure: rows, suits };
  }
  const others = { ...experiment, cells: experiment.cells.filter(({ outcome }) => outcome.kind !== 'measured') };
  return {
    figure: html`<div class="panels">${curves.panels}</div>${others.cells.length > 0 && matrix(others, report)}`,
    suits: curves.suits,
  };
}
