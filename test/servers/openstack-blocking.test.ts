/** The conformance kit against a real OpenStack cloud, blocking. */
import { conformOpenStack } from './conform-openstack.ts';

conformOpenStack('blocking');
