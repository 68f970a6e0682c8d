/** The same program in each design and with other libraries, side by side. */
import type { Program, Report } from '../../report/model.ts';
import { contenderOf } from '../cells.ts';
import { inkClass } from '../charts/ink.ts';
import type { Highlight } from '../highlight.ts';
import { html, type Markup } from '../html.ts';

/** The section; nothing when the report holds no program. */
export function programsSection(report: Report, highlight: Highlight): Markup {
  if (report.programs.length === 0) return html``;
  const names = contenderOf(report);
  return html`<section id="programs" aria-labelledby="programs-title"><h2 id="programs-title">The same program, side by side</h2>
    ${[...Map.groupBy(report.programs, ({ id }) => id).values()].map((members) => {
      const most = Math.max(1, ...members.map(({ tokens }) => tokens));
      return html`<article class="program"><h3>${members[0]?.title}</h3><div class="sides">${members.map((program) => side(program, most))}</div></article>`;
    })}</section>`;

  function side(program: Program, most: number): Markup {
    const contender = names(program.contender);
    return html`<div class="side ${inkClass(contender)}" data-contender="${contender.id}"><h4>${contender.name}</h4>
      <p class="lengths"><i style="width:${((program.tokens / most) * 100).toFixed(0)}%"></i>${program.lines} lines, ${program.tokens} tokens</p>
      <pre tabindex="0" role="region" aria-label="${program.title}, ${contender.name}"><code>${highlight(program.source, program.language)}</code></pre></div>`;
  }
}
