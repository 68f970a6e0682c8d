/** Sizes, counts and durations as text. */

/** A size in the largest unit in which it is at least 1. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let at = 0;
  let size = bytes;
  for (; size >= 1024 && at < units.length - 1; at += 1) size /= 1024;
  return `${at === 0 ? size : size.toFixed(size < 10 ? 2 : 1)} ${units[at]}`;
}

/** A number with separators. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** A duration, in the two largest units. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A size on the command line: `500`, `10K`, `1.5GiB`. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?b)?$/i.exec(text);
  if (!match) return undefined;
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] as string).toLowerCase());
  return Math.round(Number(match[1]) * 1024 ** power);
}
