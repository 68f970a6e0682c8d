/** The page as readers have it: opened from disk in Chromium, light, dark, on a phone, by keyboard. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axeCore from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, startChromium } from '../../testing/chromium.ts';
import { cell, experiment, smallReport } from '../../testing/small-report.ts';
import { renderPage } from './page.ts';

const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
const hostile = '</style><script>document.title = "taken"</script><img src="http://127.0.0.1:9/x.png">';
const cells = ['undici', 'isobar-async', 'isobar-blocking', 'aws', 'opendal-blocking'].map((id, index) =>
  cell(id, 100 + index * 40, { low: 1, high: 1.2 }),
);
const points = ['undici', 'isobar-async'].flatMap((id) => [1, 16, 64].map((at) => ({ ...cell(id, 100 / at), at })));
const source = 'const answer: string = `42`; // <b>\n';
const program = { contender: 'isobar-async', language: 'ts', source, lines: 1, tokens: 7 };
const report = smallReport([], {
  method: [hostile, '[link](javascript:document.title="taken")'],
  versions: { undici: hostile },
  experiments: [
    experiment('get-1k-cpu', [...cells, { contender: 'gcs', outcome: { kind: 'failed', why: hostile } }], {
      floor: 'undici',
    }),
    experiment('small-objects-up', points, { plot: 'curve', unit: 's' }),
    experiment('hostile', [cell('isobar-async', 5)], { title: hostile }),
  ],
  decisions: [
    { id: 'a', question: 'Same', answers: { session: '1', mixin: '1', flag: '1' }, isSame: true },
    { id: 'b', question: 'Other', answers: { session: '1', mixin: '2', flag: '3' }, isSame: false },
  ],
  programs: [program, { ...program, contender: 'libcloud', language: 'python', source: 'print("a")  # b\n' }],
});

let browser: Browser | undefined;
let folder: string;
let address: string;

/** A page in a context of its own, with its errors and requests. */
interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly errors: readonly string[];
  readonly requests: readonly string[];
}

beforeAll(async () => {
  if (!chromiumPath) return;
  folder = await mkdtemp(join(tmpdir(), 'isobar-page-'));
  await writeFile(join(folder, 'index.html'), await renderPage(report));
  address = pathToFileURL(join(folder, 'index.html')).href;
  browser = await startChromium(chromiumPath);
});

afterAll(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

beforeEach(({ skip }) => skip(!chromiumPath, 'no Chromium here: install one or name it in CHROME_PATH'));

async function visit(options: BrowserContextOptions = {}, url: string = address): Promise<Visit> {
  if (!browser) throw new Error('Chromium did not start');
  const context = await browser.newContext({ viewport: desk, ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, errors, requests, [Symbol.asyncDispose]: () => context.close() };
}

test('opens from disk without errors, makes no request, and shows hostile text as text', async () => {
  await using visited = await visit();
  expect(visited.errors).toEqual([]);
  expect(visited.requests).toEqual([address]);
  expect(await visited.page.title()).toBe('Isobar: comparison');
  expect(await visited.page.getByText(hostile).count()).toBeGreaterThan(2);
  expect(await visited.page.locator('script, img, a[href^=javascript]').count()).toBe(0);
});

test('its policy refuses foreign parts (control for the one above)', async () => {
  const file = join(folder, 'foreign.html');
  const own = await readFile(join(folder, 'index.html'), 'utf8');
  await writeFile(file, own.replace('</main>', hostile.replace('</style>', '')));
  await using visited = await visit({}, pathToFileURL(file).href);
  expect(visited.errors.filter((text) => text.includes('Content Security Policy'))).toHaveLength(2);
  expect(await visited.page.title()).toBe('Isobar: comparison');
});

test('each experiment has a chart, its numbers in a table and its samples', async () => {
  await using visited = await visit();
  const { page } = visited;
  expect(await page.locator('svg').count()).toBe(report.experiments.length);
  expect(await page.locator('details').count()).toBe(report.experiments.length);
  expect(await page.locator('pre .line').count()).toBeGreaterThan(2);
});

test('tables that scroll are reached by keyboard, and samples are opened by it', async () => {
  await using visited = await visit({ viewport: phone });
  const { page } = visited;
  const focused = (selector: string) =>
    page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`);
  const tabTo = async (selector: string) => {
    for (let step = 0; step < 100; step += 1) {
      await page.keyboard.press('Tab');
      if (await focused(selector)) return;
    }
    throw new Error(`the keyboard never reaches ${selector}`);
  };
  await tabTo('.scroll');
  await tabTo('summary');
  await page.keyboard.press('Enter');
  expect(await page.locator('details[open]').count()).toBe(1);
});

describe.for([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', { viewport: phone }],
  ['dark on a phone', { viewport: phone, colorScheme: 'dark' }],
] as const)('%s', ([, options]) => {
  test('axe finds nothing and nothing overflows, with all details open', async () => {
    await using visited = await visit(options);
    const { page } = visited;
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    expect(await axe(page)).toEqual([]);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate<number>(overflow)).toBe(0);
  });
});

test('axe sees what is wrong (control)', async () => {
  await using visited = await visit();
  await visited.page.evaluate("document.querySelector('h2').style.color = '#eee'");
  expect(await axe(visited.page)).toEqual(['color-contrast']);
});

/** The rules of axe that the page breaks. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return await page.evaluate<string[]>('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
}
