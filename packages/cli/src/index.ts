/** The command line of Isobar, as a function. The program is `isobar`. */
export { run } from './program.ts';
