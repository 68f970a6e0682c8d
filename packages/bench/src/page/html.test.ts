import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { html } from './html.ts';

test('markup in markup stays, words are escaped, undefined and false are left out', () => {
  expect(html`<p>${html`<b>${'a<b'}</b>`}${undefined}${false}${0}</p>`.text).toBe('<p><b>a&#60;b</b>0</p>');
});

test('any text comes back from a parser as it was, in an element and in an attribute', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { document } = parseHTML(html`<!doctype html><body><p title="${text}">${text}</p></body>`.text);
      const paragraph = document.querySelector('p');
      expect([paragraph?.getAttribute('title'), paragraph?.textContent, paragraph?.children.length]).toEqual([
        text,
        text,
        0,
      ]);
    }),
  );
});
