/** What operations may read from their process. Node's modules for it are loaded on first use. */
import type { Environment } from '@isobar/core/provider';

/** Returns the environment variables with these names, the home folder and the operating system. */
export function readEnvironment(names: readonly string[]): Environment {
  return {
    variables: Object.fromEntries(names.map((name) => [name, process.env[name]])),
    homeFolder: process.getBuiltinModule('node:os').homedir(),
    platform: process.platform,
  };
}

/** Returns cryptographically random bytes. */
export function randomBytes(byteCount: number): Uint8Array {
  return new Uint8Array(process.getBuiltinModule('node:crypto').randomBytes(byteCount));
}
