/** Local files pass the whole kit, blocking. */
import { localConformance } from '../testing/local-conformance.ts';

localConformance('blocking');
