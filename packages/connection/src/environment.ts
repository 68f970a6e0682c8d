/** What operations may ask of the process that they run in. Node's modules for it are loaded when they are first asked. */
import type { Environment } from '@isobar/core/provider';

/** The environment variables of these names, the home folder and the operating system. */
export function readEnvironment(names: readonly string[]): Environment {
  return {
    variables: Object.fromEntries(names.map((name) => [name, process.env[name]])),
    homeFolder: process.getBuiltinModule('node:os').homedir(),
    platform: process.platform,
  };
}

/** Random bytes. */
export function drawBytes(byteCount: number): Uint8Array {
  return new Uint8Array(process.getBuiltinModule('node:crypto').randomBytes(byteCount));
}
