/** The page's script: what the controls show and hide. Without it the page is whole, with everything shown. */
import { download } from './download.ts';

const page = document.documentElement;
const form = document.querySelector<HTMLFormElement>('#controls');

if (form) {
  form.hidden = false;
  form.addEventListener('input', () => apply(form));
  form.addEventListener('submit', (event) => event.preventDefault());
  for (const button of form.querySelectorAll<HTMLButtonElement>('button[data-role]')) {
    button.addEventListener('click', () => toggle(form, button.dataset.role));
  }
  addEventListener('hashchange', () => reveal(form));
  apply(form); // browsers restore what was chosen before a reload
}
download(document.querySelector<HTMLButtonElement>('#download'), document.querySelector('#report'));

function apply(from: HTMLFormElement): void {
  const chosen = new FormData(from);
  page.dataset.scale = String(chosen.get('scale'));
  page.dataset.theme = String(chosen.get('theme'));
  show('[data-experiment]', (element) =>
    ['', element.dataset.experiment].includes(String(chosen.get('experiment') ?? '')),
  );
  const contenders = new Set(chosen.getAll('contender').map(String));
  show(
    '[data-contender]',
    ({ dataset }) => contenders.has(dataset.contender ?? '') || !isListed(from, dataset.contender),
  );
  const shown = from.querySelector('#shown');
  if (shown) shown.textContent = `${contenders.size} of ${boxes(from).length}`;
}

/** Switches all contenders of a role off, or on when all are off. */
function toggle(from: HTMLFormElement, role: string | undefined): void {
  const own = boxes(from).filter((box) => box.dataset.role === role);
  const isOn = own.every((box) => !box.checked);
  for (const box of own) box.checked = isOn;
  apply(from);
}

/** A link to an experiment that is filtered out shows all of them. */
function reveal(from: HTMLFormElement): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const select = from.querySelector<HTMLSelectElement>('#experiment');
  if (!target?.hidden || !select) return;
  select.value = '';
  apply(from);
  target.scrollIntoView();
}

function show(selector: string, isShown: (element: HTMLElement) => boolean): void {
  for (const element of document.querySelectorAll<HTMLElement>(selector))
    element.toggleAttribute('hidden', !isShown(element));
}

function isListed(from: HTMLFormElement, contender: string | undefined): boolean {
  return boxes(from).some(({ value }) => value === contender);
}

function boxes(from: HTMLFormElement): HTMLInputElement[] {
  return [...from.querySelectorAll<HTMLInputElement>('input[name=contender]')];
}
