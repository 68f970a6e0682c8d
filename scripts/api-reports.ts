/**
 * The API report of each entry of each published package: `packages/NAME/api/ENTRY.api.md`, which shows every exported
 * declaration, so that a change of the API is seen in review. It describes the built declarations, so build first.
 *
 * `npm run api` writes the reports that changed; `node scripts/api-reports.ts --check` only names them, and fails.
 */
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig, type ExtractorLogLevel } from '@microsoft/api-extractor';
import { root } from './steps.ts';

interface Manifest {
  readonly private?: boolean;
  readonly publishConfig?: { readonly exports?: Record<string, string | { readonly types: string }> };
}

/** Whether files of reports are only compared. */
const isCheck = process.argv.includes('--check');
const scratch = mkdtempSync(join(tmpdir(), 'isobar-api-'));
const silent = { default: { logLevel: 'none' as ExtractorLogLevel } };

/** The declarations of a package's entries, as they are published. */
function entriesOf(folder: string): string[] {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (manifest.private) return [];
  const entries = Object.values(manifest.publishConfig?.exports ?? {});
  return entries.flatMap((entry) => (typeof entry === 'string' ? [] : [join(folder, entry.types)]));
}

/** What API Extractor reads and writes for one entry. */
function configFor(folder: string, declarations: string, reportName: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: reportName,
        reportFolder: join(folder, 'api'),
        reportTempFolder: scratch,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: { overrideTsconfig: { compilerOptions, files: [declarations] } },
      messages: {
        compilerMessageReporting: silent,
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  });
}

/** Writes the report of one entry, or compares it. @returns Whether it was up to date. */
function isUpToDate(config: ExtractorConfig, compilerState: CompilerState): boolean {
  // In a missing folder, no report would be written.
  if (!isCheck) mkdirSync(config.reportFolder, { recursive: true });
  const { apiReportChanged } = Extractor.invoke(config, {
    compilerState,
    localBuild: !isCheck,
    messageCallback: (message) => {
      message.handled = true;
    },
  });
  return !apiReportChanged;
}

const compilerOptions = {
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'dom', 'esnext.disposable'],
  types: ['node'],
  skipLibCheck: true,
};

const stale: string[] = [];
try {
  const configs = new Map<string, ExtractorConfig>();
  for (const folder of globSync('packages/*', { cwd: root }).sort()) {
    for (const declarations of entriesOf(join(root, folder))) {
      if (!existsSync(declarations)) throw new Error(`${declarations} does not exist: build first (npm run build)`);
      const name = `${basename(declarations, '.d.ts')}.api.md`;
      configs.set(`${folder}/api/${name}`, configFor(join(root, folder), declarations, name));
    }
  }
  const [first, ...others] = [...configs.values()];
  if (first === undefined) throw new Error('no package publishes declarations');
  // One program for all: each of its own would read the declarations of Node and of other packages again.
  const additionalEntryPoints = others.map((config) => config.mainEntryPointFilePath);
  const compilerState = CompilerState.create(first, { additionalEntryPoints });
  for (const [report, config] of configs) if (!isUpToDate(config, compilerState)) stale.push(report);
  for (const report of globSync('packages/*/api/*.api.md', { cwd: root }).filter((path) => !configs.has(path))) {
    if (!isCheck) rmSync(join(root, report));
    stale.push(report);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
if (isCheck && stale.length > 0) {
  console.error(`The public API differs from ${stale.join(', ')}. If that is intended, npm run api writes the reports`);
  process.exitCode = 1;
} else if (!isCheck) {
  console.log(stale.length > 0 ? `written: ${stale.join(', ')}` : 'all reports are up to date');
}
