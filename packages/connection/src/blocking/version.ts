/** The version of this package, by which a program and the file of its worker recognize each other. */

/** The build puts the version of `package.json` here. The sources have none. */
declare const ISOBAR_VERSION: string | undefined;

/** Empty in the sources. */
export const version: string = typeof ISOBAR_VERSION === 'string' ? ISOBAR_VERSION : '';

/**
 * Checks that the program is of the same version as this file. The sources fit every version.
 *
 * @throws {Error} when it is not: the messages between the two threads may differ.
 */
export function checkVersion(ofProgram: string, own: string = version): void {
  if (ofProgram === own || ofProgram === '' || own === '') return;
  throw new Error(`this file is of version ${own}, the program uses version ${ofProgram}: copy the file again`);
}
