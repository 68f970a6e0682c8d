/** Markup as tagged templates: every value is escaped unless it is markup itself, so a name in a report cannot become code. */

/** Markup that is safe to insert as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: markup, words, numbers, lists of those; `undefined` and `false` are left out. */
type Insertable = Markup | string | number | undefined | false | readonly Insertable[];

/** A piece of markup from a template. */
export function html(strings: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  return new Markup(
    strings.map((piece, index) => piece + (index < values.length ? inserted(values[index]) : '')).join(''),
  );
}

/** Words as they may stand in text and in quoted attributes. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function inserted(value: Insertable): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(inserted).join('');
  return escaped(String(value));
}
