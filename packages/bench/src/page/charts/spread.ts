/** Labels beside the ends of lines: moved apart until none covers another, as little as possible. */

/** Places for labels of one height between two ends, in the order of where they would like to be. */
export function spread(wishes: readonly number[], height: number, [top, bottom]: readonly [number, number]): number[] {
  const order = wishes.map((wish, index) => ({ wish, index })).toSorted((a, b) => a.wish - b.wish);
  const gap = Math.min(height, (bottom - top) / Math.max(1, wishes.length - 1));
  const places = order.map(({ wish }) => Math.min(Math.max(wish, top), bottom));
  for (let index = 1; index < places.length; index += 1) {
    places[index] = Math.max(places[index] ?? 0, (places[index - 1] ?? 0) + gap);
  }
  let limit = bottom;
  for (let index = places.length - 1; index >= 0; index -= 1) {
    places[index] = Math.min(places[index] ?? 0, limit);
    limit = (places[index] ?? 0) - gap;
  }
  const result = new Array<number>(wishes.length).fill(0);
  for (const [rank, { index }] of order.entries()) result[index] = places[rank] ?? 0;
  return result;
}
