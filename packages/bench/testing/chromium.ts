/** A headless Chromium for tests: the one in `$CHROME_PATH`, or one in the usual places. Nothing is downloaded. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Where Chromium is, or `undefined` when there is none. */
export const chromiumPath: string | undefined = [process.env.CHROME_PATH, ...places].find(
  (path) => path !== undefined && path !== '' && existsSync(path),
);

/** Starts it with an empty profile and without services of its own. */
export async function startChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
