import { expect, test } from 'vitest';
import { createJournal, type JournalEntry, MAX_ENTRIES, MAX_TEXT_BYTES } from './journal.ts';

function entry(target: string, signedHeaders: readonly string[] = []): JournalEntry {
  const rest = { status: 200, requestBytes: 0, responseBytes: 0, at: 0 } as const;
  return { service: 'storage', method: 'GET', target, signedHeaders, ...rest };
}

test('short requests: keeps the last ones, oldest first', () => {
  const journal = createJournal();
  for (let index = 0; index < MAX_ENTRIES * 2.5; index++) journal.add(entry(`/${index}`));
  const targets = journal.list().map(({ target }) => target);
  expect([targets.length, targets[0], targets.at(-1)]).toEqual([MAX_ENTRIES, '/15000', '/24999']);
  journal.clear();
  journal.add(entry('/again'));
  expect(journal.list().map(({ target }) => target)).toEqual(['/again']);
});

test.each([
  ['targets', (text: string) => entry(text)],
  ['names of headers', (text: string) => entry('/', [text])],
])('long %s: keeps fewer', (_, make) => {
  const journal = createJournal();
  const longBytes = 60_000;
  for (let index = 0; index < 50_000; index++) journal.add(make(`/${index}`.padEnd(longBytes, 'x')));
  const kept = journal.list();
  expect(kept.length).toBe(Math.floor(MAX_TEXT_BYTES / (longBytes + (kept[0]?.target === '/' ? 1 : 0))));
  expect(JSON.stringify(kept.at(-1))).toContain('/49999x');
});

test('keeps the last request, however long', () => {
  const journal = createJournal();
  journal.add(entry('/short'));
  journal.add(entry('x'.repeat(MAX_TEXT_BYTES + 1)));
  expect(journal.list().length).toBe(1);
  journal.add(entry('/next'));
  expect(journal.list().map(({ target }) => target)).toEqual(['/next']);
});
