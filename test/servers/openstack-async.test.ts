/** The conformance kit against a real OpenStack cloud, async. */
import { conformOpenStack } from './conform-openstack.ts';

conformOpenStack('async');
