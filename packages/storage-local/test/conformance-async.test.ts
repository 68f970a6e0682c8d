/** Local files pass the whole kit, async. */
import { localConformance } from '../testing/local-conformance.ts';

localConformance('async');
