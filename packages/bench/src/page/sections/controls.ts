/** What can be chosen: an experiment, contenders, the scale, the theme. Shown only where the page's script runs. */
import type { Contender, Report } from '../../report/model.ts';
import { inkClass } from '../charts/ink.ts';
import { html, type Markup } from '../html.ts';

const roles: readonly (readonly [Contender['role'], string])[] = [
  ['floor', 'Floor'],
  ['design', 'Designs'],
  ['rival', 'Other libraries'],
];

/** The bar of controls. */
export function controls({ contenders, experiments }: Report): Markup {
  return html`<form class="controls" id="controls" aria-label="What the page shows" hidden>
    <label>Experiment <select id="experiment" name="experiment"><option value="">all ${experiments.length}</option>${experiments.map(({ id, title }) => html`<option value="${id}">${title}</option>`)}</select></label>
    <fieldset class="choices"><legend>Scale</legend>${choices('scale', [
      ['auto', 'as suits'],
      ['linear', 'linear'],
      ['log', 'log'],
    ])}</fieldset>
    <fieldset class="choices"><legend>Theme</legend>${choices('theme', [
      ['auto', 'auto'],
      ['light', 'light'],
      ['dark', 'dark'],
    ])}</fieldset>
    <details class="who"><summary>Contenders <output id="shown">${contenders.length} of ${contenders.length}</output></summary><div>
    ${roles.map(([role, title]) => {
      const members = contenders.filter((contender) => contender.role === role);
      return (
        members.length > 0 &&
        html`<fieldset><legend>${title}</legend><button type="button" data-role="${role}">none / all<span class="unseen"> of: ${title}</span></button>${members.map(
          (contender) =>
            html`<label class="${inkClass(contender)}"><input type="checkbox" name="contender" value="${contender.id}" data-role="${role}" checked> <i></i>${contender.name}</label>`,
        )}</fieldset>`
      );
    })}</div></details></form>`;
}

function choices(name: string, options: readonly (readonly [string, string])[]): Markup[] {
  return options.map(
    ([value, label], index) =>
      html`<label><input type="radio" name="${name}" value="${value}"${index === 0 && ' checked'}><span>${label}</span></label>`,
  );
}
