/** What operations may know of the process that they run in. */
import { homedir } from 'node:os';
import type { Environment } from '@isobar/core/provider';

/** The environment variables of these names, the home folder and the operating system. */
export function readEnvironment(names: readonly string[]): Environment {
  return {
    variables: Object.fromEntries(names.map((name) => [name, process.env[name]])),
    homeFolder: homedir(),
    platform: process.platform,
  };
}
