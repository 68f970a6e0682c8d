#!/usr/bin/env node
/** The program `isobar`. */
import { enableCompileCache } from 'node:module';

// A third less time to start, from the second time on.
enableCompileCache();
const { run } = await import('./index.ts');

process.exitCode = await run(process.argv.slice(2));
