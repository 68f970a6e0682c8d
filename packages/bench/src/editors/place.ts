/** A place in a program that an editor is asked about. */

/** A file with its text. */
export interface OpenFile {
  readonly path: string;
  readonly text: string;
}

/** Line and column, both from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}
