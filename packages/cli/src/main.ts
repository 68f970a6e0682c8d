#!/usr/bin/env node
/** The program `isobar`. */
import { run } from './index.ts';

process.exitCode = await run(process.argv.slice(2));
