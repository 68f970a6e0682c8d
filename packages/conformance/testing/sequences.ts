/** Listings and streams of drivers of either kind. */

/** Whether a method returns a listing or a stream. */
export function givesSequence(name: string): boolean {
  return /^iterate|AsStream$/.test(name);
}

/** A listing or a stream that calls a function each time that it is read. */
export function watched(sequence: object, onRead: () => void): object {
  const { pages, toArray } = sequence as {
    readonly pages?: (from?: object) => object;
    readonly toArray?: () => unknown;
  };
  return {
    ...reading(sequence, onRead),
    ...(pages && { pages: (from?: object) => reading(pages(from), onRead) }),
    ...(toArray && {
      toArray() {
        onRead();
        return toArray();
      },
    }),
  };
}

function reading(parts: object, onRead: () => void): object {
  if (Symbol.asyncIterator in parts) {
    return {
      async *[Symbol.asyncIterator]() {
        onRead();
        yield* parts as AsyncIterable<unknown>;
      },
    };
  }
  return {
    *[Symbol.iterator]() {
      onRead();
      yield* parts as Iterable<unknown>;
    },
  };
}
