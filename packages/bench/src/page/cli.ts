#!/usr/bin/env node
/** `node packages/bench/src/page/cli.ts [REPORT.json]`: makes the page again from a report that exists, beside it. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../report/model.ts';
import { renderPage } from './render-page.ts';

const usual = fileURLToPath(new URL('../../../../bench-report/report.json', import.meta.url));
const source = process.argv[2] ?? usual;
const report = JSON.parse(await readFile(source, 'utf8')) as Report;
if (report.schemaVersion !== 1)
  throw new Error(`${source}: schemaVersion is ${report.schemaVersion}, and this program reads 1`);
const page = join(dirname(source), 'index.html');
await writeFile(page, await renderPage(report));
console.log(page);
