/** How and where it was measured, with what, and the samples themselves. */
import type { Report } from '../../report/model.ts';
import { digits, duration, moment, quantity } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** The section. */
export function methodSection({ method, machine, versions, kind, startedAt, durationMs }: Report): Markup {
  const facts: [string, string][] = [
    ['run', `${kind}, ${moment(startedAt)}, took ${duration(durationMs)}`],
    ['processor', `${machine.cores} × ${machine.cpu}`],
    [
      'memory',
      Number.isFinite(machine.memoryBytes)
        ? `${digits(machine.memoryBytes / 2 ** 30)} GiB`
        : quantity(machine.memoryBytes, 'bytes'),
    ],
    ['platform', machine.platform],
    ['Node', machine.node],
  ];
  return html`<section id="method" aria-labelledby="method-title"><h2 id="method-title">Method and machine</h2>
    <div class="columns"><div>${method.map((sentence) => html`<p>${sentence}</p>`)}
    <p>Ratios compare contenders of one run on one machine; absolute times hold for that machine only.</p>
    <p><button type="button" id="download" hidden>Download the raw samples (JSON)</button><noscript>The report with all samples is in this file's source, in the element <code>report</code>.</noscript></p></div>
    <div><dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
    <h3>Versions</h3><dl class="facts">${Object.entries(versions).map(([name, version]) => html`<dt>${name}</dt><dd>${version}</dd>`)}</dl></div></div></section>`;
}
