/** Where we win, where we lose: the best design beside the best rival, on one axis around "the same". */
import { scaleLog } from 'd3-scale';
import type { Report } from '../../report/model.ts';
import { contenderOf } from '../cells.ts';
import { type Duel, duelsOf } from '../decision/rivals.ts';
import { difference, digits, factor, range } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { anchor } from './decision.ts';

const words = { won: 'better', level: 'cannot be told apart', lost: 'worse' };

/** The section. */
export function duelsSection(report: Report): Markup {
  const duels = duelsOf(report);
  const count = (verdict: Duel['verdict']) => duels.filter((duel) => duel.verdict === verdict).length;
  return html`<section id="rivals" aria-labelledby="rivals-title"><h2 id="rivals-title">Where Isobar loses, where it wins</h2>
    ${
      duels.length === 0
        ? html`<p class="lede">No experiment of this report has numbers of a design and of another library.</p>`
        : html`<p class="lede">The best design beside the best other library, in ${duels.length} ${duels.length === 1 ? 'comparison' : 'comparisons'}:
      <b>worse in ${count('lost')}</b>, <b>better in ${count('won')}</b>, not to be told apart in ${count('level')}. The worst comes first.</p>${chart(duels, report)}`
    }</section>`;
}

function chart(duels: readonly Duel[], report: Report): Markup {
  const reach = Math.min(100, Math.max(2, ...duels.flatMap(({ cost }) => [cost.high, 1 / cost.low])));
  const place = scaleLog([1 / reach, reach], [0, 100]).clamp(true);
  const names = contenderOf(report);
  const ticks = (reach > 8 ? [0.01, 0.1, 0.5, 1, 2, 10, 100] : [0.25, 0.5, 1, 2, 4]).filter(
    (tick) => tick >= 1 / reach && tick <= reach,
  );
  return html`<div class="duel-ends" aria-hidden="true"><span></span><div><span>← Isobar costs less</span><span>Isobar costs more →</span></div></div>
    <ul class="rows duels">${duels.map((duel) => {
      const { comparison, cost, verdict, rival, own } = duel;
      const [low, high] = [place(cost.low), place(cost.high)];
      return html`<li class="row ${verdict}" data-experiment="${comparison.experiment.id}"><span class="name"><a href="#${anchor(comparison.experiment.id)}">${comparison.label}</a> <small>${names(own).name} beside ${names(rival).name}</small></span>
      <span class="plot" aria-hidden="true"><i class="even" style="left:${place(1)}%"></i><i class="stem" style="left:${Math.min(50, place(cost.median)).toFixed(1)}%;width:${Math.abs(place(cost.median) - 50).toFixed(1)}%"></i><i class="span" style="left:${low.toFixed(1)}%;width:${Math.max(0, high - low).toFixed(1)}%"></i><i class="dot" style="left:${place(cost.median).toFixed(1)}%"></i></span>
      <span class="value">${factor(cost.median)} <small>${range(cost.low, cost.high, 'ratio')}</small></span>
      <span class="ratio">${verdict === 'level' ? words.level : html`${words[verdict]} <small>${difference(cost.median)}</small>`}</span></li>`;
    })}</ul><div class="axis" aria-hidden="true"><span></span><div><div class="ticks">${ticks.map((tick) => html`<span style="left:${place(tick).toFixed(2)}%">${digits(tick)} ×</span>`)}</div></div></div>`;
}
