/** Writes XML in all the forms in which a server may write the same document. */
import fc from 'fast-check';

/** An element as the reader should return it. */
export interface ExpectedElement {
  readonly name: string;
  readonly text: string;
  readonly children: ExpectedElement[];
}

/** A written element, and how it should be read. */
export interface WrittenElement {
  readonly xml: string;
  readonly expected: ExpectedElement;
}

const named: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** Characters that XML allows, weighted towards special ones. */
const characters = fc.oneof(
  fc.constantFrom('<', '>', '&', '"', "'", ']', '-', '/', '=', ';', ' ', '\n', '\t', 'é', '😀'),
  fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)),
);
const texts = fc.string({ unit: characters, maxLength: 12 });
const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/);
const prefixes = fc.constantFrom('', '', 'ns:', 's3:');
const whiteSpace = fc.constantFrom('', ' ', '\n  ', '\t');

/** Text as character data, with each special character in one of its possible forms. */
const writtenText = fc.tuple(texts, fc.array(fc.nat(3), { minLength: 12, maxLength: 12 })).map(([text, ways]) => ({
  text,
  xml: [...text].map((sign, index) => writeCharacter(sign, ways[index] ?? 0)).join(''),
}));

const sections = texts.filter((text) => !text.includes(']]>')).map((text) => ({ text, xml: `<![CDATA[${text}]]>` }));
const comments = texts
  .filter((text) => !text.includes('--') && !text.endsWith('-'))
  .map((text) => ({ text: '', xml: `<!--${text}-->` }));
const instructions = texts.filter((text) => !text.includes('?>')).map((text) => ({ text: '', xml: `<?pi ${text}?>` }));

const attributes = fc
  .array(
    fc.tuple(fc.constantFrom('xmlns', 'xmlns:ns', 'type', 'xsi:type'), texts, fc.constantFrom('"', "'"), whiteSpace),
  )
  .map((all) =>
    all
      .map(([name, text, quote, space], index) => {
        const value = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(quote, `&${named[quote]};`);
        return ` ${name}${index}${space}=${space}${quote}${value}${quote}`;
      })
      .join(''),
  );

/** Elements with a few levels, written in any form. */
export const writtenElements: fc.Arbitrary<WrittenElement> = fc.letrec<{ element: WrittenElement }>((tie) => ({
  element: fc
    .record({
      name: names,
      prefix: prefixes,
      attributes,
      space: whiteSpace,
      content: fc.array(
        fc.oneof(
          { depthSize: 'small' },
          writtenText,
          sections,
          comments,
          instructions,
          tie('element').map((child) => ({ ...child, text: '' })),
        ),
        { maxLength: 5 },
      ),
      shortForm: fc.boolean(),
    })
    .map(({ attributes: attached, space, content, name, prefix, shortForm }) => {
      const tag = prefix + name;
      const children = content.flatMap((piece) => ('expected' in piece ? [piece.expected] : []));
      const expected = { name, text: content.map(({ text }) => text).join(''), children };
      const inside = content.map(({ xml }) => xml).join('');
      if (inside === '' && shortForm) return { xml: `<${tag}${attached}${space}/>`, expected };
      return { xml: `<${tag}${attached}${space}>${inside}</${tag}${space}>`, expected };
    }),
})).element;

/** What may come before and after the root: comments, processing instructions, white space. */
export const surroundings: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      whiteSpace,
      comments.map(({ xml }) => xml),
      instructions.map(({ xml }) => xml),
    ),
    { maxLength: 3 },
  )
  .map((pieces) => pieces.join(''));

function writeCharacter(sign: string, way: number): string {
  const code = sign.codePointAt(0) ?? 0;
  if (way === 1) return `&#${code};`;
  if (way === 2) return `&#x${code.toString(16)};`;
  const mustEscape = sign === '&' || sign === '<' || sign === '>';
  return mustEscape || (way === 3 && named[sign]) ? `&${named[sign]};` : sign;
}

const fields = ['Key', 'Size', 'ETag', 'Owner'];

/** Records that mostly have the same layout, with fields missing, repeated or reordered, and some other elements. */
export const writtenRecords: fc.Arbitrary<WrittenElement[]> = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom(...fields), { maxLength: 5 }), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '', '', '\n'),
  )
  .chain(([layouts, space]) => {
    const record = fc.tuple(fc.constantFrom(...layouts), fc.array(writtenText, { minLength: 5, maxLength: 5 }));
    const alike = record.map(([names, all]) => {
      const children = names.map((name, index) => ({ name, text: all[index]?.text ?? '', children: [] }));
      const tags = names.map((name, index) => `<${name}>${all[index]?.xml}</${name}>${space}`);
      const expected = { name: 'Contents', text: space.repeat(names.length), children };
      return { xml: `<Contents>${tags.join('')}</Contents>`, expected };
    });
    const other = writtenElements.map(({ expected, xml }) => ({
      xml: `<Contents><!-- odd -->${xml}</Contents>`,
      expected: { name: 'Contents', text: '', children: [expected] },
    }));
    return fc.array(
      fc.oneof({ arbitrary: alike, weight: 8 }, { arbitrary: fc.oneof(other, writtenElements), weight: 1 }),
    );
  });
