/** How a program of each design and kind begins, as source text, for what is asked about programs. */

/** The beginning of a program. */
export interface Opening {
  readonly source: string;
  /** How a method is named in this kind, on its driver. */
  call(method: string): string;
}

const connection = (design: string, imports: string): string =>
  `import { ${imports} } from '@isobar/design-${design}';
import { googleStorage } from '@isobar/storage-google';
const { KEY: key = '', SECRET: secret = '', ENDPOINT: endpoint = '' } = process.env;
`;

/** By contender. */
export const openings: Readonly<Record<string, Opening>> = {
  'session-async': {
    source: `${connection('session', 'AsyncSession, connect')}const session = new AsyncSession(connect(googleStorage, { key, secret, endpoint }));`,
    call: (method) => `session.${method}`,
  },
  'session-blocking': {
    source: `${connection('session', 'connect')}const driver = connect(googleStorage, { key, secret, endpoint });`,
    call: (method) => `driver.${method}`,
  },
  'mixin-async': {
    source: `${connection('mixin', 'connect')}const driver = connect(googleStorage, { key, secret, endpoint });`,
    call: (method) => `driver.${method}Async`,
  },
  'mixin-blocking': {
    source: `${connection('mixin', 'connect')}const driver = connect(googleStorage, { key, secret, endpoint });`,
    call: (method) => `driver.${method}`,
  },
  'flag-async': {
    source: `${connection('flag', 'connect')}const driver = connect(googleStorage, { key, secret, endpoint, async: true });`,
    call: (method) => `driver.${method}`,
  },
  'flag-blocking': {
    source: `${connection('flag', 'connect')}const driver = connect(googleStorage, { key, secret, endpoint });`,
    call: (method) => `driver.${method}`,
  },
};
