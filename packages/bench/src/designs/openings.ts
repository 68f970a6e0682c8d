/** How a program of each design begins, as source text, for the questions about programs. */
import type { Contender, Design } from '../report/model.ts';

/** A design in source text. */
export interface Opening {
  /** Opens the driver, with connect options appended: `driver`, and `session` where the design has one. */
  open(kind: Contender['kind'], more?: string): string;
  /** A method of a kind on its object, such as `driver.getObjectAsync`. */
  call(method: string, kind: Contender['kind']): string;
}

const connected = (design: Design, names: string, more: string): string =>
  `import { ${names} } from '@isobar/design-${design}';
import type { StorageObject } from '@isobar/core';
import { googleStorage } from '@isobar/storage-google';
const { KEY: key = '', SECRET: secret = '', ENDPOINT: endpoint = '' } = process.env;
const driver = connect(googleStorage, { key, secret, endpoint${more} });
`;

/** The designs. */
export const openings: Readonly<Record<Design, Opening>> = {
  session: {
    open: (kind, more = '') =>
      kind === 'blocking'
        ? connected('session', 'connect', more)
        : `${connected('session', 'AsyncSession, connect', more)}const session = new AsyncSession(driver);\n`,
    call: (method, kind) => (kind === 'blocking' ? `driver.${method}` : `session.${method}`),
  },
  mixin: {
    open: (_, more = '') => connected('mixin', 'connect', more),
    call: (method, kind) => (kind === 'blocking' ? `driver.${method}` : `driver.${method}Async`),
  },
  flag: {
    open: (kind, more = kind === 'async' ? ', async: true' : '') => connected('flag', 'connect', more),
    call: (method) => `driver.${method}`,
  },
};

/** Ids of the designs, in the order of tables. */
export const designs: readonly Design[] = ['session', 'mixin', 'flag'];
