/** Importing this file makes operations that use I/O, the clock or randomness fail their test. */
import { afterEach, beforeEach } from 'vitest';
import { forbidIo } from '../src/testing/forbid-io.ts';

forbidIo({ beforeEach, afterEach });
