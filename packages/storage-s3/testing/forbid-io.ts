/** Importing this file makes operations that use I/O, the clock or randomness fail their test. */
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach } from 'vitest';

forbidIo({ beforeEach, afterEach });
