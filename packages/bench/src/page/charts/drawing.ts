/** Observable Plot without a browser: its SVG as text, smaller and without styles of its own. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Markup } from '../html.ts';

const document: Document = parseHTML('<!doctype html><html><body></body></html>').document;

type Document = ReturnType<typeof parseHTML>['document'];

const coordinates = new Set(['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'width', 'height']);

/** An SVG that Plot draws, and its document for additions. */
export interface Drawing {
  readonly svg: SVGElement;
  readonly scale: (name: 'x' | 'y') => (value: number) => number;
}

type SVGElement = ReturnType<typeof document.createElement>;

/** Draws a chart. */
export function draw(options: Plot.PlotOptions): Drawing {
  const svg = Plot.plot({ ...options, document: document as never });
  return {
    svg: svg as never,
    scale: (name) => (value) => Number(svg.scale(name)?.apply(value)),
  };
}

/** Adds an element to a drawing. */
export function add(
  { svg }: Drawing,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text = '',
): void {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  svg.append(element);
}

/**
 * The drawing as markup: hidden from assistive technology, which gets the figures as words and tables; coordinates to a
 * tenth; marks of the class `by-N` can be found by the page's filter as those of the Nth of the contenders.
 */
export function markup(
  { svg }: Drawing,
  attributes: Readonly<Record<string, string>>,
  contenders: readonly string[] = [],
): Markup {
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const group of svg.querySelectorAll('[aria-label]')) group.removeAttribute('aria-label');
  for (const group of svg.querySelectorAll('[class^="by-"]')) {
    const contender = contenders[Number(group.getAttribute('class')?.slice('by-'.length))];
    group.removeAttribute('class');
    if (contender !== undefined) group.setAttribute('data-contender', contender);
  }
  for (const name of ['font-family', 'font-size', 'width', 'height', 'fill']) svg.removeAttribute(name);
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('fill', 'currentColor');
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const element of svg.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (coordinates.has(name)) element.setAttribute(name, value.replace(/-?\d*\.\d+(?:e-?\d+)?/g, tenths));
    }
  }
  return new Markup(svg.outerHTML);
}

function tenths(number: string): string {
  return String(Math.round(Number(number) * 10) / 10);
}
