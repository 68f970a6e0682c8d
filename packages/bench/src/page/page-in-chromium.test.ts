/** The page as readers have it: opened from disk in Chromium, light, dark, on a phone, by keyboard, on paper, without its script. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axeCore from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, startChromium } from '../../testing/chromium.ts';
import { sampleReport } from '../../testing/sample-report.ts';
import { renderPage } from './render-page.ts';

const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };

let browser: Browser | undefined;
let folder: string;
let address: string;

/** A page in a context of its own, and what went wrong or out in it. */
interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly troubles: readonly string[];
  readonly requests: readonly string[];
}

beforeAll(async () => {
  if (!chromiumPath) return;
  folder = await mkdtemp(join(tmpdir(), 'isobar-page-'));
  await writeFile(join(folder, 'index.html'), await renderPage(sampleReport()));
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
  const troubles: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, troubles, requests, [Symbol.asyncDispose]: () => context.close() };
}

const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Tabs until the element that the selector names has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let step = 0; step < 300; step += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`the keyboard never reaches ${selector}`);
}

test('opens from disk without errors and asks for nothing but itself', async () => {
  await using visited = await visit();
  expect(visited.troubles).toEqual([]);
  expect(visited.requests).toEqual([address]);
  expect(await visited.page.getByRole('heading', { level: 1 }).textContent()).toBe('Three designs compared');
});

test('weighs less than 2 MB with its samples', async () => {
  expect((await stat(join(folder, 'index.html'))).size).toBeLessThan(2_000_000);
});

test('its policy refuses what is not part of it (control for the one above)', async () => {
  const file = join(folder, 'foreign.html');
  const own = await readFile(join(folder, 'index.html'), 'utf8');
  await writeFile(
    file,
    own.replace('</body>', '<img src="http://127.0.0.1:9/x.png"><script>document.title = "foreign"</script></body>'),
  );
  await using visited = await visit({}, pathToFileURL(file).href);
  expect(visited.troubles.filter((text) => text.includes('Content Security Policy'))).toHaveLength(2);
  expect(await visited.page.title()).not.toBe('foreign');
});

describe.for([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', { viewport: phone }],
  ['dark on a phone', { viewport: phone, colorScheme: 'dark' }],
] as const)('%s', ([, options]) => {
  test('axe finds nothing, with all that folds unfolded', async () => {
    await using visited = await visit(options);
    await visited.page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true");
    expect(await axe(visited.page)).toEqual([]);
  });

  test('nothing sticks out to the side', async () => {
    await using visited = await visit(options);
    expect(await overflow(visited.page)).toBe(0);
    await visited.page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true");
    expect(await overflow(visited.page)).toBe(0);
  });
});

test('axe sees what is wrong (control)', async () => {
  await using visited = await visit();
  await visited.page.evaluate("document.querySelector('h2').style.color = '#eee'");
  expect(await axe(visited.page)).toEqual(['color-contrast']);
});

test('the scale is chosen with the arrow keys', async () => {
  await using visited = await visit();
  const { page } = visited;
  const log = page.locator('[data-experiment="overhead-blocking"] .strip.on-log').first();
  const linear = page.locator('[data-experiment="overhead-blocking"] .strip.on-linear').first();
  expect([await linear.isVisible(), await log.isVisible()]).toEqual([true, false]);
  await tabTo(page, '[name=scale]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect([await linear.isVisible(), await log.isVisible()]).toEqual([false, true]);
});

test('the theme is chosen with the arrow keys and beats that of the system', async () => {
  await using visited = await visit({ colorScheme: 'light' });
  const { page } = visited;
  const paper = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const before = await paper();
  await tabTo(page, '[name=theme]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await paper()).not.toBe(before);
});

test('contenders are hidden and shown with the space bar, everywhere', async () => {
  await using visited = await visit();
  const { page } = visited;
  const rows = page.locator('.experiment [data-contender="s3mini"]:visible');
  expect(await rows.count()).toBeGreaterThan(5);
  await tabTo(page, '.who summary');
  await page.keyboard.press('Enter');
  await tabTo(page, '[value=s3mini]');
  await page.keyboard.press('Space');
  expect(await rows.count()).toBe(0);
  expect(await page.locator('#shown').textContent()).toBe('11 of 12');
  await page.keyboard.press('Space');
  expect(await rows.count()).toBeGreaterThan(5);
});

test('a button takes all other libraries away, and brings them back', async () => {
  await using visited = await visit();
  const { page } = visited;
  await tabTo(page, '.who summary');
  await page.keyboard.press('Enter');
  await tabTo(page, 'button[data-role=rival]');
  await page.keyboard.press('Enter');
  expect(await page.locator('.experiment .row.is-rival:visible').count()).toBe(0);
  await page.keyboard.press('Enter');
  expect(await page.locator('.experiment .row.is-rival:visible').count()).toBeGreaterThan(5);
});

test('one experiment is chosen with the arrow keys; a link to another shows all again', async () => {
  await using visited = await visit();
  const { page } = visited;
  await tabTo(page, '#experiment');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.locator('.experiment:visible h3').allTextContents()).toEqual(['GET of 1 KiB: time']);
  await page.locator('.figures a', { hasText: 'Cold import' }).first().press('Enter');
  await expect.poll(() => page.locator('.experiment:visible').count()).toBe(sampleReport().experiments.length);
});

test('the raw samples come as a file', async () => {
  await using visited = await visit();
  const coming = visited.page.waitForEvent('download');
  await visited.page.locator('#download').press('Enter');
  const download = await coming;
  expect(download.suggestedFilename()).toBe('report.json');
  expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toEqual(sampleReport());
});

test('without its script the page is whole and offers no controls', async () => {
  await using visited = await visit({ javaScriptEnabled: false });
  const { page } = visited;
  expect(await page.locator('.controls').isVisible()).toBe(false);
  expect(await page.locator('.experiment').count()).toBe(sampleReport().experiments.length);
});

test('on paper there are no controls and nothing sticks out', async () => {
  await using visited = await visit({ viewport: { width: 720, height: 1000 } });
  await visited.page.emulateMedia({ media: 'print' });
  expect(await visited.page.locator('.controls').isVisible()).toBe(false);
  expect(await overflow(visited.page)).toBe(0);
});

/** The rules of axe that the page breaks. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return await page.evaluate<string[]>('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
}
