/** The conformance kit against S3 servers of others, blocking. */
import { conformServers } from './conform-servers.ts';

conformServers('blocking');
