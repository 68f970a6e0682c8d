/** The project's targets, each with what was seen. */
import type { Report } from '../../report/model.ts';
import { html, type Markup } from '../html.ts';

/** The section. */
export function targetsSection({ targets }: Report): Markup {
  const met = targets.filter(({ isMet }) => isMet).length;
  return html`<section id="targets" aria-labelledby="targets-title"><h2 id="targets-title">Targets</h2>
    ${
      targets.length === 0
        ? html`<p class="lede">This report checks no target.</p>`
        : html`<p class="lede"><b>${met} of ${targets.length}</b> are met in this run.</p>
      <table class="targets"><thead><tr><th scope="col">what</th><th scope="col">target</th><th scope="col">seen</th><th scope="col">met</th></tr></thead>
      <tbody>${targets.map(
        ({ what, target, seen, isMet, note }) =>
          html`<tr class="${isMet ? 'met' : 'missed'}"><th scope="row">${what}${note && html` <small>${note}</small>`}</th><td data-label="target">${target}</td><td data-label="seen">${seen}</td><td>${isMet ? '✓ met' : '✗ not met'}</td></tr>`,
      )}</tbody></table>`
    }</section>`;
}
