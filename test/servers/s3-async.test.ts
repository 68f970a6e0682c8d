/** The conformance kit against S3 servers of others, async. */
import { conformServers } from './conform-servers.ts';

conformServers('async');
