/** Checks of the ways to log in to a new node. */
import { invalidArgument } from '../errors.ts';
import { keyPairNameOf } from './arguments.ts';
import type { NodeAuth } from './models.ts';
import { publicKeyOf } from './public-keys.ts';

/** A way to log in, checked. */
export type CheckedAuth =
  | { readonly kind: 'sshPublicKey' | 'keyPair' | 'password'; readonly value: string }
  | { readonly kind: 'generatePassword'; readonly value: true };

/** The ways, each with its check. Values never appear in an error. */
const checks: { readonly [Kind in CheckedAuth['kind']]: (value: unknown) => string | true } = {
  sshPublicKey: (key) => publicKeyOf('auth', key),
  keyPair: (keyPair) => keyPairNameOf(keyPair as string, 'auth'),
  password(password) {
    if (typeof password === 'string' && password !== '') return password;
    throw invalidArgument('auth', 'must have a password that is a non-empty string');
  },
  generatePassword(value) {
    if (value === true) return value;
    throw invalidArgument('auth', 'must have `generatePassword: true`, or another way to log in');
  },
};

/** Checks that there is exactly one way to log in. */
export function checkAuth(auth: NodeAuth): CheckedAuth {
  const entries = typeof auth === 'object' && auth !== null ? Object.entries(auth) : [];
  const [kind, value] = entries.length === 1 ? (entries[0] ?? []) : [];
  if (kind !== undefined && Object.hasOwn(checks, kind)) {
    return { kind, value: checks[kind as CheckedAuth['kind']](value) } as CheckedAuth;
  }
  throw invalidArgument('auth', `must have exactly one of ${Object.keys(checks).join(', ')}`);
}
