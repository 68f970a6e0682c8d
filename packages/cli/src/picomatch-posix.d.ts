/** The entry of picomatch that treats paths alike on every system. Its types have the main entry only. */
declare module 'picomatch/posix' {
  export { default } from 'picomatch';
}
